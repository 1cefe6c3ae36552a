#include <vector>

#include "base/format.h"
#include "catalogue/parameters.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "workflow/workflow.h"

namespace kairon::lint {
namespace node_required_parameter {
namespace {

using catalogue::Match;

/// Nodes that n8n looks at before a run: triggers and what main edges lead to from them
/// (workflow-execute.ts, checkReadyForExecution). Sub-nodes are not among them.
std::vector<bool> looked_at(const WorkflowInput& input) {
  const workflow::Workflow& workflow = input.workflow;
  std::vector<bool> seen(workflow.nodes().size(), false);
  std::vector<workflow::NodeIndex> open;
  for (const workflow::Node& node : workflow.nodes()) {
    const Match found = catalogue::match(*input.catalogue, node.type, catalogue::version_of(node.json));
    const bool trigger = found.description ? found.description->has(catalogue::layout::kTrigger) : node.is_trigger();
    if (!trigger || node.disabled) continue;
    seen[node.index] = true;
    open.push_back(node.index);
  }
  while (!open.empty()) {
    const workflow::NodeIndex node = open.back();
    open.pop_back();
    for (const std::size_t index : workflow.outgoing(node)) {
      const workflow::Edge& edge = workflow.edges()[index];
      if (!edge.is_main() || edge.to == workflow::kNoNode || seen[edge.to]) continue;
      seen[edge.to] = true;
      open.push_back(edge.to);
    }
  }
  return seen;
}

/// A trigger for calls, from 1.1 on, whose list of inputs is empty: its description demands one
/// (minRequiredFields), unless everything passes through.
bool declares_no_input(const workflow::Node& node) {
  if (!node.is_base("executeWorkflowTrigger") || node.version < 1.1) return false;
  const std::string_view source = node.parameters["inputSource"].string();
  const json::Value values = node.parameters["workflowInputs"]["values"];
  return (source.empty() || source == "workflowInputs") && (!values.present() || (values.is_array() && values.empty()));
}

void check(const WorkflowInput& input, Reporter& report) {
  const std::vector<bool> seen = looked_at(input);
  for (const workflow::Node& node : input.workflow.nodes()) {
    if (node.disabled || !seen[node.index]) continue;
    if (declares_no_input(node)) {
      report.at(node.parameters.present() ? node.parameters : node.json, &node,
                format("'{}' declares no input: n8n refuses every call (\"At least 1 field is required.\")", node.name),
                "declare the inputs, or set inputSource to \"passthrough\"");
    }
    const Match found = catalogue::match(*input.catalogue, node.type, catalogue::version_of(node.json));
    if (found.kind != Match::Kind::found) continue;
    for (const catalogue::MissingParameter& missing : catalogue::missing_parameters(found, node.json)) {
      report.at(missing.where.present() ? missing.where : node.json, &node,
                format("the required parameter '{}' of {} is empty", missing.path, node.type),
                "n8n refuses to run the workflow: fill it in");
    }
  }
}

}  // namespace

}  // namespace node_required_parameter

extern const WorkflowRule kNodeRequiredParameter;
const WorkflowRule kNodeRequiredParameter{
    {"node/required-parameter", Severity::error, Scope::always,
     "leaves a required parameter empty on an enabled node that a trigger reaches",
     "Before a run n8n checks every node that can be reached from the start (packages/core, workflow-execute.ts, "
     "checkReadyForExecution): one empty required parameter and it throws \"The workflow has issues and cannot be "
     "executed for that reason\" before the first node.",
     "Fill the parameter in, or disable or disconnect the node."},
    node_required_parameter::check,
    Needs::catalogue};

}  // namespace kairon::lint
