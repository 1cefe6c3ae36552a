#include <algorithm>

#include "base/format.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "workflow/workflow.h"

namespace kairon::lint {
namespace node_unreachable {
namespace {

void check(const WorkflowInput& input, Reporter& report) {
  const workflow::Workflow& flow = input.workflow;
  const auto& nodes = flow.nodes();
  // Without any trigger every node would be named; workflow/no-trigger says it once.
  if (std::none_of(nodes.begin(), nodes.end(), [](const workflow::Node& node) { return node.is_trigger(); })) return;
  for (const workflow::Node& node : nodes) {
    if (flow.reachable()[node.index] || node.is_sticky_note() || node.is_trigger()) continue;
    // The last of several nodes of one name stands for all of them: node/duplicate-name reports that.
    if (flow.find(node.name) != &node) continue;
    const bool wired = !flow.incoming(node.index).empty();
    report.at(node.json["name"], &node,
              kairon::format("'{}' can never run: no trigger leads to it{}", node.name,
                             wired ? ", only nodes that cannot run either" : ""),
              "connect it, or remove it together with what hangs on it");
  }
}

}  // namespace

}  // namespace node_unreachable

extern const WorkflowRule kNodeUnreachable = {
    {"node/unreachable", Severity::error, Scope::softer_in_n8n, "no trigger leads to the node",
     "n8n runs what a trigger reaches over main connections, and the sub-nodes (ai_*) of the nodes it reached. What "
     "stands beside that is silently never executed: either dead code, or the trace of a lost connection or node "
     "upstream. A disabled node passes its input on, so what lies behind one is reached.",
     "Restore the missing connection, or delete the node."},
    node_unreachable::check};

}  // namespace kairon::lint
