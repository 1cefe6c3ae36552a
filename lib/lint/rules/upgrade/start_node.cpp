#include "lint/support/upgrade.h"
#include "workflow/upgrade_repair.h"

namespace kairon::lint {
namespace upgrade_start_node {
namespace {

void check_start_node(const WorkflowInput& input, Reporter& report) {
  if (!crosses(input, 2)) return;
  for (const workflow::Node& node : input.workflow.nodes()) {
    if (!node.is_base("start")) continue;
    const auto rewrites = workflow::upgrade_rewrites(input.workflow, 1, 2);
    const std::string_view exact = workflow::is_rewritten(rewrites, node) ? "; `kairon fix --target 2` does it" : "";
    report.at(node.json["type"], &node,
              kairon::format("n8n 2 has no Start node ('{}'): the workflow cannot be loaded", node.name),
              node.disabled ? kairon::format("delete it{}", exact)
                            : kairon::format("use a Manual Trigger, or an Execute Workflow Trigger where other "
                                             "workflows call this one{}",
                                             exact));
  }
}

}  // namespace

}  // namespace upgrade_start_node

extern const WorkflowRule kUpgradeStartNode;
const WorkflowRule kUpgradeStartNode{
    {"upgrade/start-node", Severity::error, Scope::always, "uses the Start node, which n8n 2 no longer has",
     "The type n8n-nodes-base.start is gone in 2.0. Workflows that were made before 0.200 still begin with it; n8n 2 "
     "can "
     "neither open nor run them, even when the node is disabled.",
     "Replace it by a Manual Trigger; where other workflows call this one, by an Execute Workflow Trigger."},
    upgrade_start_node::check_start_node,
    Needs::target};

}  // namespace kairon::lint
