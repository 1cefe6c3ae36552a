#include <algorithm>

#include "workflow/workflow.h"

namespace kairon::workflow {

const std::vector<bool>& Workflow::reachable() const {
  if (reachable_.size() == nodes_.size()) return reachable_;
  reachable_.assign(nodes_.size(), false);
  std::vector<NodeIndex> open;
  const auto visit = [&](NodeIndex node) {
    if (node == kNoNode || reachable_[node]) return;
    reachable_[node] = true;
    open.push_back(node);
  };
  for (const Node& node : nodes_) {
    if (node.is_trigger()) visit(node.index);
  }
  while (!open.empty()) {
    const NodeIndex node = open.back();
    open.pop_back();
    for (const std::size_t edge : outgoing_[node]) {
      if (edges_[edge].is_main()) visit(edges_[edge].to);
    }
    // A sub-node (model, tool, memory) is the source of its ai_* edge and runs when its parent does.
    for (const std::size_t edge : incoming_[node]) {
      if (!edges_[edge].is_main()) visit(edges_[edge].from);
    }
  }
  for (const Node& node : nodes_) {
    if (node.is_sticky_note()) reachable_[node.index] = true;
  }
  return reachable_;
}

std::vector<NodeIndex> Workflow::roots_of(NodeIndex node) const {
  std::vector<NodeIndex> roots;
  std::vector<bool> seen(nodes_.size(), false);
  std::vector<NodeIndex> open{node};
  seen[node] = true;
  while (!open.empty()) {
    const NodeIndex current = open.back();
    open.pop_back();
    bool serves = false;
    for (const std::size_t edge : outgoing_[current]) {
      const Edge& e = edges_[edge];
      if (e.is_main() || e.to == kNoNode) continue;
      serves = true;
      if (!seen[e.to]) {
        seen[e.to] = true;
        open.push_back(e.to);
      }
    }
    if (!serves) roots.push_back(current);
  }
  if (roots.empty()) roots.push_back(node);
  return roots;
}

/// Adds what is known of `current`, where its ancestors are those of its own main edges.
bool Workflow::add_known_ancestors(NodeIndex current, std::vector<bool>& ancestors, std::vector<bool>& expanded) const {
  if (!ancestors_[current] || !own_ancestors_[current]) return false;
  const std::vector<bool>& known = *ancestors_[current];
  for (NodeIndex node = 0; node < known.size(); ++node) {
    if (!known[node]) continue;
    ancestors[node] = true;
    expanded[node] = true;
  }
  return true;
}

bool Workflow::is_ancestor(NodeIndex ancestor, NodeIndex node) const {
  ancestors_.resize(nodes_.size());
  own_ancestors_.resize(nodes_.size());
  if (ancestors_[node]) return (*ancestors_[node])[ancestor];
  std::vector<bool> found(nodes_.size(), false);
  std::vector<bool> expanded(nodes_.size(), false);
  std::vector<NodeIndex> open = roots_of(node);
  const bool own = open.size() == 1 && open.front() == node;
  while (!open.empty()) {
    const NodeIndex current = open.back();
    open.pop_back();
    if (expanded[current]) continue;
    expanded[current] = true;
    ++ancestor_steps_;
    if (add_known_ancestors(current, found, expanded)) continue;
    for (const std::size_t edge : incoming_[current]) {
      const Edge& e = edges_[edge];
      if (!e.is_main() || e.from == kNoNode) continue;
      found[e.from] = true;
      open.push_back(e.from);
    }
  }
  own_ancestors_[node] = own;
  return (ancestors_[node].emplace(std::move(found)))[ancestor];
}

}  // namespace kairon::workflow
