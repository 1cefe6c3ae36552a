#include "workflow/loops.h"

#include "workflow/ports.h"

namespace kairon::workflow {

std::size_t done_output(const Node& loop) { return loop_output(loop) == 1 ? 0 : 1; }

std::vector<bool> reached_from(const Workflow& flow, NodeIndex from, std::size_t output, NodeIndex not_through) {
  std::vector<bool> seen(flow.nodes().size(), false);
  std::vector<NodeIndex> open;
  const auto follow = [&](NodeIndex node, bool any_output) {
    for (const std::size_t index : flow.outgoing(node)) {
      const Edge& edge = flow.edges()[index];
      if (!edge.is_main() || edge.to == kNoNode || seen[edge.to] || (!any_output && edge.output != output)) continue;
      seen[edge.to] = true;
      if (edge.to != not_through && edge.to != from) open.push_back(edge.to);
    }
  };
  follow(from, false);
  while (!open.empty()) {
    const NodeIndex node = open.back();
    open.pop_back();
    follow(node, true);
  }
  return seen;
}

std::vector<bool> reached_without(const Workflow& flow, NodeIndex without) {
  std::vector<bool> seen(flow.nodes().size(), false);
  std::vector<NodeIndex> open;
  for (const Node& node : flow.nodes()) {
    if (node.is_trigger() && !node.disabled) open.push_back(node.index);
  }
  while (!open.empty()) {
    const NodeIndex node = open.back();
    open.pop_back();
    if (seen[node] || node == without) continue;
    seen[node] = true;
    for (const std::size_t index : flow.outgoing(node)) {
      const Edge& edge = flow.edges()[index];
      if (edge.is_main() && edge.to != kNoNode) open.push_back(edge.to);
    }
  }
  return seen;
}

LoopEdges loop_edges(const Workflow& flow, const Node& loop) {
  LoopEdges edges;
  const std::vector<bool> around = reached_from(flow, loop.index, loop_output(loop), loop.index);
  const std::vector<bool> before = reached_without(flow, loop.index);
  for (const std::size_t index : flow.incoming(loop.index)) {
    const Edge& edge = flow.edges()[index];
    if (!edge.is_main() || edge.from == kNoNode) continue;
    const bool own = edge.from == loop.index;
    if (own ? edge.output == loop_output(loop) : around[edge.from]) edges.returning.push_back(index);
    if (!own && before[edge.from]) edges.entering.push_back(index);
  }
  if (loop.version >= 2)
    edges.is_entered_again = reached_from(flow, loop.index, done_output(loop), loop.index)[loop.index];
  return edges;
}

}  // namespace kairon::workflow
