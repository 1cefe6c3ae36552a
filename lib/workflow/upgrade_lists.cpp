#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "base/format.h"
#include "base/text.h"
#include "workflow/upgrade_rewriter.h"

namespace kairon::workflow {

namespace {

using json::Value;
using std::string_view;

struct ListOperation {
  string_view operation;
  string_view type;
  string_view version;
};

constexpr std::array<ListOperation, 7> kListOperations = {{{"splitOutItems", "splitOut", "1"},
                                                           {"aggregateItems", "aggregate", "1"},
                                                           {"concatenateItems", "aggregate", "1"},
                                                           {"limit", "limit", "1"},
                                                           {"removeDuplicates", "removeDuplicates", "1.1"},
                                                           {"sort", "sort", "1"},
                                                           {"summarize", "summarize", "1"}}};

/// Where the loop is drawn: left of and above the call.
std::string loop_position(const Node& call) {
  const Value at = call.json["position"];
  const auto place = [&](std::size_t i, int shift) { return static_cast<long long>(at.at(i).number()) - shift; };
  constexpr int kLeft = 220;
  constexpr int kUp = 160;
  return format("[{}, {}]", place(0, kLeft), place(1, kUp));
}

/// True when the call can run in a loop of its own without a difference that anybody sees.
bool can_loop(const Rewriter& out, const Node& call) {
  const Workflow& workflow = out.workflow();
  const auto is_set = [&](string_view key) { return call.json[key].boolean(); };
  if (call.disabled || is_set("executeOnce") || is_set("retryOnFail") || is_set("continueOnFail") ||
      (!call.on_error.empty() && call.on_error != "stopWorkflow") || call.parameters["mode"].string() != "each" ||
      out.is_named(call) || workflow.is_ancestor(call.index, call.index))
    return false;
  const auto only_main = [&](const std::vector<std::size_t>& edges) {
    return std::all_of(edges.begin(), edges.end(), [&](std::size_t edge) {
      return workflow.edges()[edge].is_main() && !workflow.edges()[edge].misspelt && workflow.edges()[edge].output == 0;
    });
  };
  const auto arrives = [&](std::size_t edge) { return workflow.edges()[edge].target["node"].is_string(); };
  const auto& in = workflow.incoming(call.index);
  return !in.empty() && only_main(workflow.outgoing(call.index)) && std::all_of(in.begin(), in.end(), arrives);
}

/// Before version 3 a choice of fields is a list of names, later a text; nothing when a name is an expression.
std::optional<std::string> field_names(const Value& choice) {
  std::vector<std::string> names;
  for (const Value field : choice["fields"]) {
    const string_view name = field["fieldName"].string();
    if (name.empty() || name.starts_with('=') || name.find(',') != string_view::npos) return std::nullopt;
    names.emplace_back(name);
  }
  return text::join(names, ", ");
}

bool is_choice_of_fields(string_view key) {
  return key == "fieldsToCompare" || key == "fieldsToExclude" || key == "fieldsToInclude";
}

}  // namespace

void rewrite_item_lists(Rewriter& out, const Node& node) {
  const string_view operation = node.parameters["operation"].string();
  const auto* known = std::find_if(kListOperations.begin(), kListOperations.end(),
                                   [&](const ListOperation& one) { return one.operation == operation; });
  if (known == kListOperations.end()) return;
  json::Writer parameters;
  parameters.begin_object();
  for (const Value parameter : node.parameters) {
    if (parameter.key() == "operation" || parameter.key() == "resource") continue;
    parameters.key(parameter.key());
    if (!is_choice_of_fields(parameter.key()) || !parameter.is_object()) {
      parameters.raw(parameter.raw());
    } else if (const auto names = field_names(parameter)) {
      parameters.string(*names);
    } else {
      return;
    }
  }
  out.become(node, format("n8n-nodes-base.{}", known->type), known->version, parameters.end_object().take());
}

void rewrite_call_each(Rewriter& out, const Node& node) {
  const Workflow& workflow = out.workflow();
  if (!can_loop(out, node)) return;
  const std::string name = free_name(workflow, format("Loop Over {}", node.name));
  const std::string loop = json_string(name);
  std::vector<Repair> edits{replaced(node.parameters["mode"], "\"once\"")};
  for (const std::size_t edge : workflow.incoming(node.index))
    edits.push_back(replaced(workflow.edges()[edge].target["node"], loop));

  const Value connections = workflow.root()["connections"];
  const Value own = connections[node.name];
  const Value targets = own["main"].at(0);
  const std::string done = targets.is_array() ? std::string(targets.raw()) : "[]";
  const std::string back = format(R"({{"main": [[{{"node": {}, "type": "main", "index": 0}}]]}})", loop);
  const std::string inside = format(R"([{{"node": {}, "type": "main", "index": 0}}])", json_string(node.name));
  std::string wiring = format(R"({}: {{"main": [{}, {}]}})", loop, done, inside);
  if (own) {
    edits.push_back(replaced(own, back));
  } else {
    wiring += format(", {}: {}", json_string(node.name), back);
  }
  edits.push_back(added(connections, wiring));

  // Without it a call that gives nothing back ends the loop.
  const Value waits = node.parameters["options"]["waitForSubWorkflow"];
  const Value always = node.json["alwaysOutputData"];
  if (waits.boolean(true) && always) edits.push_back(replaced(always, "true"));
  if (waits.boolean(true) && !always) edits.push_back(added(node.json, R"("alwaysOutputData": true)"));

  const std::string reset = json_string(format("={{{{ $node[{}].context[\"done\"] ?? false }}}}", loop));
  const std::size_t before = node.json.begin_offset();
  edits.push_back({before,
                   before,
                   format(R"({{"id": {}, "name": {}, "type": "n8n-nodes-base.splitInBatches", "typeVersion": 3, )"
                          R"("position": {}, "parameters": {{"batchSize": 1, "options": {{"reset": {}}}}}}}, )",
                          json_string(format("{}-loop", node.json["id"].string())), loop, loop_position(node), reset),
                   {}});
  out.add(node.name, format("'{}' runs once for each item in the loop '{}'", node.name, name), std::move(edits));
}

}  // namespace kairon::workflow
