#include <algorithm>
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
using Region = std::vector<bool>;

bool waits_for_all(const workflow::Node& node) { return node.is_base("merge") || node.is_base("compareDatasets"); }

/// Behind a node that decides, data flows for some items only: branches that begin with a filter each are
/// mostly meant to share what follows.
bool ends_branch(const workflow::Node& node) {
  return waits_for_all(node) || node.is_base("if") || node.is_base("switch") || node.is_base("filter") ||
         node.is_langchain("textClassifier") || node.is_langchain("sentimentAnalysis");
}

/// What is sure to run because `start` got data from `source`, up to the next Merge, which brings branches
/// together, or node that decides, and without passing `source` again (a loop is not a second branch).
Region region_of(const Workflow& flow, NodeIndex start, NodeIndex source) {
  Region region(flow.nodes().size(), false);
  std::vector<NodeIndex> open{start};
  while (!open.empty()) {
    const NodeIndex node = open.back();
    open.pop_back();
    if (region[node] || node == source) continue;
    region[node] = true;
    if (ends_branch(flow.nodes()[node])) continue;
    for (const std::size_t index : flow.outgoing(node)) {
      const Edge& edge = flow.edges()[index];
      if (edge.is_main() && edge.to != workflow::kNoNode) open.push_back(edge.to);
    }
  }
  return region;
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

struct Branches {
  NodeIndex source;
  NodeIndex first;
  NodeIndex second;
  Region of_first;
  Region of_second;
};

/// True when `node` is where the two branches meet: each brings a connection of its own.
bool meet_at(const Workflow& flow, const Branches& branches, NodeIndex node) {
  if (!branches.of_first[node] || !branches.of_second[node] || waits_for_all(flow.nodes()[node])) return false;
  bool by_first = node == branches.first;
  bool by_second = node == branches.second;
  for (const std::size_t index : flow.incoming(node)) {
    const Edge& edge = flow.edges()[index];
    if (!edge.is_main() || edge.from == workflow::kNoNode) continue;
    const bool first = branches.of_first[edge.from] && !ends_branch(flow.nodes()[edge.from]);
    const bool second = branches.of_second[edge.from] && !ends_branch(flow.nodes()[edge.from]);
    by_first = by_first || (first && !second);
    by_second = by_second || (second && !first);
  }
  return by_first && by_second;
}

void check_output(const Workflow& flow, NodeIndex source, std::size_t output, std::set<NodeIndex>& told,
                  Reporter& report) {
  const auto targets = targets_of(flow, source, output);
  std::vector<Region> regions;
  if (targets.size() < 2) return;
  for (const NodeIndex target : targets) regions.push_back(region_of(flow, target, source));
  for (std::size_t i = 0; i < targets.size(); ++i) {
    for (std::size_t j = i + 1; j < targets.size(); ++j) {
      const Branches branches{source, targets[i], targets[j], regions[i], regions[j]};
      for (const workflow::Node& node : flow.nodes()) {
        if (!meet_at(flow, branches, node.index) || !told.insert(node.index).second) continue;
        report.at(
            node.json["name"], &node,
            kairon::format("'{}' runs twice: '{}' starts both '{}' and '{}', and both lead here", node.name,
                           flow.nodes()[source].name, flow.nodes()[targets[i]].name, flow.nodes()[targets[j]].name),
            "bring the branches together with a Merge, or put them one after the other");
      }
    }
  }
}

void check(const WorkflowInput& input, Reporter& report) {
  const Workflow& flow = input.workflow;
  std::set<NodeIndex> told;
  for (const workflow::Node& node : flow.nodes()) {
    if (node.disabled || !flow.reachable()[node.index]) continue;
    std::set<std::size_t> outputs;
    for (const std::size_t index : flow.outgoing(node.index)) outputs.insert(flow.edges()[index].output);
    for (const std::size_t output : outputs) check_output(flow, node.index, output, told, report);
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
