#include <set>
#include <string>
#include <vector>

#include "base/format.h"
#include "base/text.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "workflow/workflow.h"

namespace kairon::lint {
namespace connection_type {
namespace {

using workflow::Edge;
using workflow::NodeIndex;
using workflow::Workflow;

/// Nodes that only edges of unknown types lead to: they never run.
std::size_t lost_nodes(const Workflow& flow) {
  std::vector<bool> seen(flow.nodes().size(), false);
  std::vector<NodeIndex> open;
  const auto visit = [&](NodeIndex node) {
    if (node == workflow::kNoNode || seen[node]) return;
    seen[node] = true;
    open.push_back(node);
  };
  for (const workflow::Node& node : flow.nodes())
    if (node.is_trigger()) visit(node.index);
  while (!open.empty()) {
    const NodeIndex node = open.back();
    open.pop_back();
    for (const std::size_t index : flow.outgoing(node)) {
      const Edge& edge = flow.edges()[index];
      if (!edge.misspelt && edge.is_main()) visit(edge.to);
    }
    for (const std::size_t index : flow.incoming(node)) {
      const Edge& edge = flow.edges()[index];
      if (!edge.misspelt && !edge.is_main()) visit(edge.from);
    }
  }
  std::size_t lost = 0;
  for (const workflow::Node& node : flow.nodes()) {
    if (!seen[node.index] && flow.reachable()[node.index] && !node.is_sticky_note()) ++lost;
  }
  return lost;
}

std::string connection_type_effect(std::size_t lost) {
  if (lost == 0) return "n8n ignores the connection";
  return kairon::format("n8n ignores the connection, and {} never {}", text::counted(lost, "node"),
                        lost == 1 ? "runs" : "run");
}

void check_connection_type(const WorkflowInput& input, Reporter& report) {
  std::set<std::size_t> told;
  for (const Edge& edge : input.workflow.edges()) {
    if (!edge.misspelt || edge.from == workflow::kNoNode) continue;
    const workflow::Node& source = input.workflow.nodes()[edge.from];
    for (const json::Value by_type : input.workflow.root()["connections"][source.name]) {
      if (workflow::is_connection_type(by_type.key()) || !told.insert(by_type.begin_offset()).second) continue;
      const std::string_view near = text::nearest(by_type.key(), workflow::connection_types());
      report.at(by_type.key_value(), &source,
                kairon::format("'{}' is not a connection type of n8n: {}", by_type.key(),
                               connection_type_effect(told.size() == 1 ? lost_nodes(input.workflow) : 0)),
                near.empty() ? std::string("write main, or one of the ai_ types")
                             : kairon::format("did you mean '{}'?", near));
    }
  }
}

}  // namespace

}  // namespace connection_type

extern const WorkflowRule kConnectionType;
const WorkflowRule kConnectionType{
    {"connection/type", Severity::error, Scope::always, "uses a connection type that n8n does not know",
     "n8n follows the connections under `main` and, from a sub-node to its root, under the `ai_` types (n8n-workflow, "
     "NodeConnectionTypes). Connections under any other key are loaded and never followed: what they lead to does not "
     "run, without a message. The nodes that are lost this way are counted in the finding.",
     "Write the connection type as n8n spells it."},
    connection_type::check_connection_type};

}  // namespace kairon::lint
