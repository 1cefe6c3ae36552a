#include "lint/support/upgrade.h"

namespace kairon::lint {
namespace upgrade_default_changed {
namespace {

void check_default_changed(const WorkflowInput& input, Reporter& report) {
  if (!crosses(input, 2)) return;
  for (const workflow::Node& node : input.workflow.nodes()) {
    if (!node.is_langchain("embeddingsGoogleGemini") || node.parameters["modelName"].present()) continue;
    report.at(node.json["type"], &node,
              kairon::format("'{}' names no model, and n8n 2 has another default: vectors that are stored already do "
                             "not match the new ones",
                             node.name),
              "write the model of 1.x, as `kairon fix --target 2` does: \"modelName\": \"models/text-embedding-004\"");
  }
}

}  // namespace

}  // namespace upgrade_default_changed

extern const WorkflowRule kUpgradeDefaultChanged;
const WorkflowRule kUpgradeDefaultChanged{
    {"upgrade/default-changed", Severity::warning, Scope::always, "leaves a parameter out whose default n8n 2 changes",
     "A parameter that a file leaves out takes the default of the running n8n. The descriptions of 1.123.81 and 2.41.1 "
     "were compared: the embedding model of Google Gemini is the one whose change is not seen until searches fail.",
     "Write the value that 1.x takes."},
    upgrade_default_changed::check_default_changed,
    Needs::target};

}  // namespace kairon::lint
