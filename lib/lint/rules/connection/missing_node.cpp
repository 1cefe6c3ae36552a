#include <string>
#include <unordered_set>
#include <vector>

#include "base/format.h"
#include "base/text.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "workflow/workflow.h"

namespace kairon::lint {
namespace connection_missing_node {
namespace {

using workflow::Edge;
using workflow::Node;
using workflow::Workflow;

/// What the message says after "no node is named 'X'": the node whose *id* X is, or the
/// name that X was probably meant to be.
std::string hint_for(const Workflow& flow, std::string_view name, bool& is_id) {
  std::vector<std::string_view> names;
  for (const Node& node : flow.nodes()) {
    if (node.json["id"].string() == name && !name.empty()) {
      is_id = true;
      return kairon::format("n8n connects by name: write '{}'", node.name);
    }
    names.push_back(node.name);
  }
  const std::string_view near = text::nearest(name, names);
  if (near.empty()) return "restore the node, or remove the connection";
  return kairon::format("did you mean '{}'?", near);
}

void report_source(const Workflow& flow, const Edge& edge, Reporter& report) {
  const std::string_view name = edge.source_key.string();
  bool is_id = false;
  const std::string hint = hint_for(flow, name, is_id);
  report.at(edge.source_key, nullptr,
            is_id ? kairon::format("connections leave '{}', which is a node's id, not its name", name)
                  : kairon::format("connections leave '{}', but no node has that name", name),
            hint);
}

void report_target(const Workflow& flow, const Edge& edge, Reporter& report) {
  const std::string_view name = edge.target["node"].string();
  const Node* source = edge.from == workflow::kNoNode ? nullptr : &flow.nodes()[edge.from];
  bool is_id = false;
  const std::string hint = hint_for(flow, name, is_id);
  const bool refused = source != nullptr && flow.reachable()[source->index];
  const std::string_view effect = refused ? ": n8n refuses the whole run" : "";
  report.at(edge.target["node"].present() ? edge.target["node"] : edge.target, source,
            is_id ? kairon::format("the connection leads to '{}', which is a node's id, not its name{}", name, effect)
                  : kairon::format("the connection leads to '{}', but no node has that name{}", name, effect),
            hint);
}

void check(const WorkflowInput& input, Reporter& report) {
  std::unordered_set<std::string_view> sources;
  for (const Edge& edge : input.workflow.edges()) {
    if (edge.from == workflow::kNoNode && sources.insert(edge.source_key.string()).second) {
      report_source(input.workflow, edge, report);
    }
    if (edge.to == workflow::kNoNode) report_target(input.workflow, edge, report);
  }
}

}  // namespace

}  // namespace connection_missing_node

extern const WorkflowRule kConnectionMissingNode = {
    {"connection/missing-node", Severity::error, Scope::always,
     "starts or ends a connection at a node that does not exist",
     "n8n connects nodes by name. A reachable connection to a name that does not exist makes it refuse the whole run "
     "before any node (\"Cannot read properties of undefined (reading 'disabled')\", n8n 1.123); one that starts at "
     "such a "
     "name, or at a node's id, is ignored, and what hangs on it never runs.",
     "Restore the node, write its present name, or remove the connection."},
    connection_missing_node::check};

}  // namespace kairon::lint
