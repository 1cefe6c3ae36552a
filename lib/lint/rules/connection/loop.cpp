#include "base/format.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "workflow/ports.h"
#include "workflow/workflow.h"

namespace kairon::lint {
namespace connection_loop {
namespace {

using workflow::Edge;
using workflow::Node;
using workflow::Workflow;

bool comes_back(const Workflow& flow, const Node& node) {
  const std::size_t output = workflow::loop_output(node);
  for (const std::size_t index : flow.outgoing(node.index)) {
    const Edge& edge = flow.edges()[index];
    if (!edge.is_main() || edge.output != output || edge.to == workflow::kNoNode) continue;
    if (edge.to == node.index || flow.is_ancestor(edge.to, node.index)) return true;
  }
  return false;
}

void check(const WorkflowInput& input, Reporter& report) {
  const Workflow& flow = input.workflow;
  for (const Node& node : flow.nodes()) {
    if (!node.is_base("splitInBatches") || node.disabled || !flow.reachable()[node.index]) continue;
    if (comes_back(flow, node)) continue;
    report.at(node.json["name"], &node,
              kairon::format("the loop output ({}) of '{}' never leads back to it: only the first batch is processed",
                             workflow::loop_output(node), node.name),
              "connect the end of the loop with the input of this node");
  }
}

}  // namespace

}  // namespace connection_loop

extern const WorkflowRule kConnectionLoop = {
    {"connection/loop", Severity::warning, Scope::always, "the loop output of a splitInBatches never comes back to it",
     "splitInBatches (Loop Over Items) hands out one batch each time it is entered. When its loop output does not lead "
     "back, it is entered once: the first batch is processed, the others are dropped silently. v1 has one output; v2 "
     "has "
     "loop, done; v3 has done, loop.",
     "Lead the last node of the loop back to the splitInBatches node, and what follows from its done output."},
    connection_loop::check};

}  // namespace kairon::lint
