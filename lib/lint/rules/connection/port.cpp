#include <optional>
#include <set>
#include <string>

#include "base/format.h"
#include "base/text.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "workflow/ports.h"
#include "workflow/workflow.h"

namespace kairon::lint {
namespace connection_port {
namespace {

using workflow::Edge;
using workflow::Node;

std::string ports(std::size_t count, std::string_view kind) {
  if (count == 0) return kairon::format("has no {}", kind);
  if (count == 1) return kairon::format("has one {} (0)", kind);
  return kairon::format("has {} {}s (0 to {})", count, kind, count - 1);
}

/// One finding for all the outputs of a node that it does not have, at the first connection.
void check_outputs(const workflow::Workflow& flow, const Node& source, Reporter& report) {
  const auto outputs = workflow::main_outputs(source);
  if (!outputs) return;
  std::set<std::size_t> beyond;
  const Edge* first = nullptr;
  for (const std::size_t index : flow.outgoing(source.index)) {
    const Edge& edge = flow.edges()[index];
    if (!edge.is_main() || edge.output < *outputs) continue;
    beyond.insert(edge.output);
    if (first == nullptr) first = &edge;
  }
  if (first == nullptr) return;
  std::string list;
  for (const std::size_t output : beyond) list += kairon::format("{}{}", list.empty() ? "" : ", ", output);
  const bool one = beyond.size() == 1;
  report.at(first->target, &source,
            kairon::format("output{} {} of '{}' {} connected, but the node {}: {} run{}", one ? "" : "s", list,
                           source.name, one ? "is" : "are", ports(*outputs, "output"),
                           one ? "this branch never" : "these branches never", one ? "s" : ""),
            "connect an output that exists, or add the rule or error output that was meant");
}

void check_input(const Edge& edge, const Node& source, const Node& target, Reporter& report) {
  const auto inputs = workflow::main_inputs(target);
  if (!inputs || edge.input < *inputs) return;
  report.at(edge.target["index"], &target,
            kairon::format("'{}' feeds input {} of '{}', but that node {}: the data is lost", source.name, edge.input,
                           target.name, ports(*inputs, "input")),
            target.is_base("merge") ? "raise numberInputs, or connect an input that exists" : "connect input 0");
}

/// A fallback output given as a number, or as a text that JavaScript takes for one.
std::optional<double> fallback_index(const json::Value& fallback) {
  if (fallback.is_number()) return fallback.number();
  const std::string_view text = fallback.string();
  const bool digits =
      !text.empty() && text.size() < 5 && text.find_first_not_of("0123456789") == std::string_view::npos;
  return digits ? std::optional<double>(std::stod(std::string(text))) : std::nullopt;
}

/// A number that is written out: 3, "3" or ={{ 3 }}.
std::optional<double> written_number(const json::Value& value) {
  std::string_view text = value.string();
  if (text.starts_with("={{") && text.ends_with("}}")) text = text::trim(text.substr(3, text.size() - 5));
  if (value.is_number()) return value.number();
  const bool digits =
      !text.empty() && text.size() < 5 && text.find_first_not_of("0123456789") == std::string_view::npos;
  return digits ? std::optional<double>(std::stod(std::string(text))) : std::nullopt;
}

/// Mode "expression": the output that the expression names.
void check_chosen_output(const Node& node, Reporter& report) {
  const json::Value chosen = node.parameters["output"];
  const json::Value declared = node.parameters["numberOutputs"];
  const auto index = written_number(chosen);
  if (!index || declared.is_string() || *index < declared.number(4)) return;
  report.at(chosen, &node,
            kairon::format("output {} of '{}' does not exist: the Switch {}, and n8n throws \"The "
                           "output {} is not allowed\"",
                           *index, node.name, ports(static_cast<std::size_t>(declared.number(4)), "output"), *index),
            "raise numberOutputs, or name an output that exists");
}

/// A Merge that hands on what one of its inputs brings.
void check_chosen_input(const Node& node, Reporter& report) {
  const json::Value& parameters = node.parameters;
  const std::string_view output = parameters["output"].string();
  if (!node.is_base("merge") || node.version < 3 || node.disabled || parameters["mode"].string() != "chooseBranch")
    return;
  if (!output.empty() && output != "specifiedInput") return;
  const auto inputs = workflow::main_inputs(node);
  const auto chosen = written_number(parameters["useDataOfInput"]);
  if (!inputs || !chosen || *chosen <= static_cast<double>(*inputs)) return;
  report.at(parameters["useDataOfInput"], &node,
            kairon::format("'{}' uses the data of input {}, which it does not have: n8n throws \"Input {} doesn't "
                           "exist\"",
                           node.name, *chosen, *chosen),
            "raise numberInputs, or choose an input that exists");
}

void check_fallback(const Node& node, Reporter& report) {
  if (!node.is_base("switch") || node.version < 3 || node.disabled) return;
  if (node.parameters["mode"].string() == "expression") return check_chosen_output(node, report);
  const json::Value fallback = node.parameters["options"]["fallbackOutput"];
  const auto rules = workflow::switch_rules(node);
  const auto index = fallback_index(fallback);
  if (!index || *index < static_cast<double>(rules)) return;
  report.at(
      fallback, &node,
      kairon::format("fallbackOutput {} of '{}' does not exist: the Switch {}, and n8n throws \"The output {} is not "
                     "allowed\" for every item that no rule takes",
                     *index, node.name, ports(rules, "rule output"), *index),
      "set fallbackOutput to \"extra\": that adds an output of its own");
}

void check(const WorkflowInput& input, Reporter& report) {
  const auto& nodes = input.workflow.nodes();
  for (const Edge& edge : input.workflow.edges()) {
    if (!edge.is_main() || edge.from == workflow::kNoNode || edge.to == workflow::kNoNode) continue;
    check_input(edge, nodes[edge.from], nodes[edge.to], report);
  }
  for (const Node& node : nodes) {
    check_outputs(input.workflow, node, report);
    check_fallback(node, report);
    check_chosen_input(node, report);
  }
}

}  // namespace

}  // namespace connection_port

extern const WorkflowRule kConnectionPort = {
    {"connection/port", Severity::error, Scope::always, "connects an output or an input that the node does not have",
     "n8n ignores connections on outputs that a node does not have, and loses data that arrives at an input beyond the "
     "last one; both silently. A Switch v3 whose numeric fallback is not below its number of rules throws \"The "
     "ouput N is not allowed\" for every item that no rule takes (SwitchV3.node of n8n 1.123). Counts are those of the "
     "node's own type, version and parameters; onError continueErrorOutput adds one output after the others.",
     "Connect a port that exists, or add the rule, input (numberInputs) or error output that was meant."},
    connection_port::check};

}  // namespace kairon::lint
