#include "lint/support/upgrade.h"

namespace kairon::lint {
namespace upgrade_call_modes {
namespace {

void check_call_modes(const WorkflowInput& input, Reporter& report) {
  if (!crosses(input, 3)) return;
  for (const workflow::Node& node : input.workflow.nodes()) {
    if (!node.is_base("executeWorkflow")) continue;
    const json::Value mode = node.parameters["mode"];
    const json::Value source = node.parameters["source"];
    if (mode.string() == "each")
      report.at(mode, &node,
                kairon::format("'{}' runs once for each item, which is announced to end in n8n 3", node.name),
                "put a Loop Over Items of batch size 1 in front of it and run it once");
    if (source.string() == "localFile" || source.string() == "url")
      report.at(source, &node,
                kairon::format("'{}' reads the workflow from a {}, which is announced to end in n8n 3", node.name,
                               source.string() == "url" ? "URL" : "file"),
                "call a workflow of the database, or put its JSON into the node (source parameter)");
  }
}

}  // namespace

}  // namespace upgrade_call_modes

extern const WorkflowRule kUpgradeCallModes;
const WorkflowRule kUpgradeCallModes{
    {"upgrade/call-modes", Severity::error, Scope::always, "uses a mode or source of Execute Workflow that n8n 3 drops",
     "n8n's migration report names the mode \"run once for each item\" and the sources local file and URL of Execute "
     "Workflow as removed in 3.0.",
     "Loop over the items in the workflow itself, and call workflows of the database."},
    upgrade_call_modes::check_call_modes,
    Needs::target};

}  // namespace kairon::lint
