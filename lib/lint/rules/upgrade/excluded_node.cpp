#include "lint/support/upgrade.h"

namespace kairon::lint {
namespace upgrade_excluded_node {
namespace {

void check_excluded_node(const WorkflowInput& input, Reporter& report) {
  if (!crosses(input, 2)) return;
  for (const workflow::Node& node : input.workflow.nodes()) {
    const bool excluded =
        node.is_base("executeCommand") || node.is_base("executeCommandTool") || node.is_base("localFileTrigger");
    if (!excluded) continue;
    report.at(node.json["type"], &node,
              kairon::format("n8n 2 excludes {} ('{}') by default: the workflow cannot be loaded", node.short_type(),
                             node.name),
              "set NODES_EXCLUDE=[] on the server, or use another node");
  }
}

}  // namespace

}  // namespace upgrade_excluded_node

extern const WorkflowRule kUpgradeExcludedNode;
const WorkflowRule kUpgradeExcludedNode{
    {"upgrade/excluded-node", Severity::warning, Scope::always, "uses a node that n8n 2 excludes by default",
     "From 2.0 on NODES_EXCLUDE holds executeCommand and localFileTrigger by default. An excluded type is unknown: "
     "even an "
     "unreachable or disabled node of it keeps the workflow from loading.",
     "Allow the node on the server with NODES_EXCLUDE, or replace it."},
    upgrade_excluded_node::check_excluded_node,
    Needs::target};

}  // namespace kairon::lint
