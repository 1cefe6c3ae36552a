#include <algorithm>
#include <cstdint>
#include <set>
#include <vector>

#include "base/format.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "workflow/workflow.h"

namespace kairon::lint {
namespace connection_fan_in {
namespace {

using workflow::Edge;
using workflow::NodeIndex;
using workflow::Workflow;
/// The branches of one fan-out that a node belongs to, a bit each.
using Branches = std::uint64_t;
constexpr std::size_t kMostBranches = 64;

bool waits_for_all(const workflow::Node& node) { return node.is_base("merge") || node.is_base("compareDatasets"); }

/// Behind a node that decides, data flows for some items only: branches that begin with a filter each are
/// mostly meant to share what follows.
bool ends_branch(const workflow::Node& node) {
  return waits_for_all(node) || node.is_base("if") || node.is_base("switch") || node.is_base("filter") ||
         node.is_langchain("textClassifier") || node.is_langchain("sentimentAnalysis");
}

/// The nodes that one output feeds at the same time.
std::vector<NodeIndex> targets_of(const Workflow& flow, NodeIndex source, std::size_t output) {
  std::set<NodeIndex> targets;
  for (const std::size_t index : flow.outgoing(source)) {
    const Edge& edge = flow.edges()[index];
    if (edge.is_main() && edge.output == output && edge.to != workflow::kNoNode) targets.insert(edge.to);
  }
  return {targets.begin(), targets.end()};
}

bool holds(Branches branches, std::size_t one) { return ((branches >> one) & 1U) != 0; }

/// Looks for nodes that several branches of a fan-out reach.
class Search {
 public:
  Search(const Workflow& flow, Reporter& report)
      : flow_(flow), report_(report), branches_(flow.nodes().size()), told_(flow.nodes().size()) {
    for (const workflow::Node& node : flow.nodes()) ends_.push_back(ends_branch(node));
  }

  void look_behind(NodeIndex source, std::size_t output) {
    const std::vector<NodeIndex> targets = targets_of(flow_, source, output);
    if (targets.size() < 2) return;
    for (const NodeIndex node : reached_) branches_[node] = 0;
    reached_.clear();
    for (std::size_t one = 0; one < std::min(targets.size(), kMostBranches); ++one) follow(targets[one], one, source);
    std::sort(reached_.begin(), reached_.end());
    for (const NodeIndex node : reached_)
      if (!told_[node]) look_at(node, source, targets);
  }

  /// A graph in which everything leads everywhere is not followed to its end.
  bool gives_up() const { return steps_ > kMostSteps; }

 private:
  static constexpr std::size_t kMostSteps = 10'000'000;

  /// Marks what is sure to run because `start` got data from `source`, up to the next Merge, which brings branches
  /// together, or node that decides, and without passing `source` again (a loop is not a second branch).
  void follow(NodeIndex start, std::size_t branch, NodeIndex source) {
    std::vector<NodeIndex> open{start};
    while (!open.empty() && !gives_up()) {
      const NodeIndex node = open.back();
      open.pop_back();
      if (holds(branches_[node], branch) || node == source) continue;
      if (branches_[node] == 0) reached_.push_back(node);
      branches_[node] |= Branches{1} << branch;
      if (ends_[node]) continue;
      steps_ += flow_.outgoing(node).size();
      for (const std::size_t index : flow_.outgoing(node)) {
        const Edge& edge = flow_.edges()[index];
        if (edge.is_main() && edge.to != workflow::kNoNode) open.push_back(edge.to);
      }
    }
  }

  /// For each way into `node` the branches that bring it.
  std::vector<Branches> ways_into(NodeIndex node, const std::vector<NodeIndex>& targets) const {
    std::vector<Branches> ways;
    for (std::size_t one = 0; one < std::min(targets.size(), kMostBranches); ++one)
      if (targets[one] == node) ways.push_back(Branches{1} << one);
    for (const std::size_t index : flow_.incoming(node)) {
      const Edge& edge = flow_.edges()[index];
      if (!edge.is_main() || edge.from == workflow::kNoNode || ends_[edge.from]) continue;
      const Branches way = branches_[edge.from];
      if (way != 0 && std::find(ways.begin(), ways.end(), way) == ways.end()) ways.push_back(way);
    }
    return ways;
  }

  /// Two branches meet in a node when each brings a connection of its own.
  void look_at(NodeIndex node, NodeIndex source, const std::vector<NodeIndex>& targets) {
    const Branches here = branches_[node];
    if ((here & (here - 1)) == 0 || waits_for_all(flow_.nodes()[node])) return;
    const std::vector<Branches> ways = ways_into(node, targets);
    if (ways.size() < 2) return;
    const auto only = [&](std::size_t one, std::size_t other) {
      return std::any_of(ways.begin(), ways.end(), [&](Branches way) { return holds(way, one) && !holds(way, other); });
    };
    const std::size_t count = std::min(targets.size(), kMostBranches);
    for (std::size_t first = 0; first < count; ++first) {
      for (std::size_t second = first + 1; second < count; ++second) {
        steps_ += ways.size();
        if (!holds(here, first) || !holds(here, second) || !only(first, second) || !only(second, first)) continue;
        told_[node] = true;
        tell(flow_.nodes()[node], source, targets[first], targets[second]);
        return;
      }
    }
  }

  void tell(const workflow::Node& node, NodeIndex source, NodeIndex first, NodeIndex second) {
    report_.at(node.json["name"], &node,
               kairon::format("'{}' runs twice: '{}' starts both '{}' and '{}', and both lead here", node.name,
                              flow_.nodes()[source].name, flow_.nodes()[first].name, flow_.nodes()[second].name),
               "bring the branches together with a Merge, or put them one after the other");
  }

  const Workflow& flow_;
  Reporter& report_;
  std::vector<bool> ends_;
  std::vector<Branches> branches_;  ///< by node; 0 = not reached from the source that is looked at
  std::vector<NodeIndex> reached_;
  std::vector<bool> told_;
  std::size_t steps_ = 0;
};

void check(const WorkflowInput& input, Reporter& report) {
  const Workflow& flow = input.workflow;
  Search search(flow, report);
  for (const workflow::Node& node : flow.nodes()) {
    if (node.disabled || !flow.reachable()[node.index]) continue;
    std::set<std::size_t> outputs;
    for (const std::size_t index : flow.outgoing(node.index)) outputs.insert(flow.edges()[index].output);
    for (const std::size_t output : outputs) search.look_behind(node.index, output);
    if (search.gives_up()) return;
  }
}

}  // namespace

}  // namespace connection_fan_in

extern const WorkflowRule kConnectionFanIn = {
    {"connection/fan-in", Severity::warning, Scope::always,
     "feeds a node other than a Merge by two branches of one fan-out",
     "When one output feeds two nodes, both branches run, one after the other. A node in which they meet runs once for "
     "each of them, with one branch's data at a time, and so does everything after it: messages are sent twice, rows "
     "inserted twice. Only Merge and Compare Datasets wait for all their inputs.",
     "Join the branches with a Merge, or chain them."},
    connection_fan_in::check};

}  // namespace kairon::lint
