#include <algorithm>
#include <vector>

#include "base/format.h"
#include "base/text.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "workflow/workflow.h"

namespace kairon::lint {
namespace node_unreachable {
namespace {

using workflow::Edge;
using workflow::Node;
using workflow::NodeIndex;
using workflow::Workflow;

/// The nodes that wait for `index`: over main connections those after it, over others its sub-nodes.
std::vector<NodeIndex> followers(const Workflow& flow, NodeIndex index) {
  std::vector<NodeIndex> out;
  for (const std::size_t edge : flow.outgoing(index))
    if (flow.edges()[edge].is_main()) out.push_back(flow.edges()[edge].to);
  for (const std::size_t edge : flow.incoming(index))
    if (!flow.edges()[edge].is_main()) out.push_back(flow.edges()[edge].from);
  std::erase(out, workflow::kNoNode);
  return out;
}

/// A node whose own note allows the rule speaks for itself.
bool speaks_for_itself(const Node& node) { return text::contains(node.json["notes"].string(), "node/unreachable"); }

/// Unreachable nodes, each reported or folded into the one that it follows.
class Dead {
 public:
  explicit Dead(const Workflow& flow) : flow_(flow), open_(flow.nodes().size(), false) {
    for (const Node& node : flow.nodes()) {
      if (flow.reachable()[node.index] || node.is_sticky_note() || node.is_trigger()) continue;
      // The last of several nodes of one name is taken for all of them: node/duplicate-name reports that.
      open_[node.index] = flow.find(node.name) == &node;
    }
  }

  /// Drops what connections from an unknown name lead to: connection/missing-node reports the cause.
  void drop_followers_of_missing_nodes() {
    for (const Edge& edge : flow_.edges())
      if (edge.from == workflow::kNoNode && edge.to != workflow::kNoNode && edge.is_main() && open_[edge.to]) {
        static_cast<void>(take(edge.to));
      }
  }

  /// Nodes that no other unreachable node leads to, then what is left of loops.
  [[nodiscard]] std::vector<NodeIndex> causes() const {
    std::vector<bool> follows(open_.size(), false);
    for (NodeIndex i = 0; i < open_.size(); ++i)
      if (open_[i])
        for (const NodeIndex next : followers(flow_, i)) follows[next] = follows[next] || next != i;
    std::vector<NodeIndex> out;
    for (const bool in_loop : {false, true})
      for (NodeIndex i = 0; i < open_.size(); ++i)
        if (open_[i] && (follows[i] && !speaks_for_itself(flow_.nodes()[i])) == in_loop) out.push_back(i);
    return out;
  }

  [[nodiscard]] bool is_open(NodeIndex index) const { return open_[index]; }

  /// Closes a node and all that follows from it; returns how many these are.
  std::size_t take(NodeIndex index) {
    std::size_t folded = 0;
    std::vector<NodeIndex> waiting{index};
    open_[index] = false;
    while (!waiting.empty()) {
      const NodeIndex at = waiting.back();
      waiting.pop_back();
      for (const NodeIndex next : followers(flow_, at)) {
        if (!open_[next] || speaks_for_itself(flow_.nodes()[next])) continue;
        open_[next] = false;
        ++folded;
        waiting.push_back(next);
      }
    }
    return folded;
  }

 private:
  const Workflow& flow_;
  std::vector<bool> open_;  ///< unreachable, and neither reported nor folded yet
};

void check(const WorkflowInput& input, Reporter& report) {
  const Workflow& flow = input.workflow;
  const auto& nodes = flow.nodes();
  // Without any trigger every node would be named; workflow/no-trigger says it once.
  if (std::none_of(nodes.begin(), nodes.end(), [](const Node& node) { return node.is_trigger(); })) return;
  Dead dead(flow);
  dead.drop_followers_of_missing_nodes();
  for (const NodeIndex index : dead.causes()) {
    if (!dead.is_open(index)) continue;
    const Node& node = nodes[index];
    const std::size_t folded = dead.take(index);
    const bool wired = !flow.incoming(index).empty();
    report.at(node.json["name"], &node,
              kairon::format("'{}' can never run: no trigger leads to it{}", node.name,
                             wired ? ", only nodes that cannot run either" : ""),
              folded == 0 ? std::string("connect it, or remove it")
                          : kairon::format("connect it, or remove it and {} after it", text::counted(folded, "node")));
  }
}

}  // namespace

}  // namespace node_unreachable

extern const WorkflowRule kNodeUnreachable = {
    {"node/unreachable", Severity::error, Scope::softer_in_n8n, "has a node that no trigger leads to",
     "n8n runs what a trigger reaches over main connections, and the sub-nodes (ai_*) of the nodes it reached. What "
     "is next to that is silently never executed: either dead code, or the trace of a lost connection or node "
     "upstream. A disabled node passes its input on, so what follows it is reached.",
     "Restore the missing connection, or delete the node."},
    node_unreachable::check};

}  // namespace kairon::lint
