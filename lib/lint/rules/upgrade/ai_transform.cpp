#include "lint/support/upgrade.h"

namespace kairon::lint {
namespace upgrade_ai_transform {
namespace {

void check_ai_transform(const WorkflowInput& input, Reporter& report) {
  if (!crosses(input, 3)) return;
  for (const workflow::Node& node : input.workflow.nodes()) {
    if (!node.is_base("aiTransform")) continue;
    const bool empty = node.parameters["jsCode"].string().empty();
    report.at(node.json["type"], &node,
              empty ? kairon::format("'{}' is an AI Transform without code, which n8n 3 cannot convert", node.name)
                    : kairon::format("'{}' is an AI Transform, which n8n 3 is announced to turn into Code", node.name),
              empty ? "delete it, or write its code"
                    : "replace it by a Code node with its code; `kairon fix --target 3` does it",
              empty ? std::nullopt : std::optional(Severity::warning));
  }
}

}  // namespace

}  // namespace upgrade_ai_transform

extern const WorkflowRule kUpgradeAiTransform;
const WorkflowRule kUpgradeAiTransform{
    {"upgrade/ai-transform", Severity::error, Scope::always,
     "uses AI Transform, which becomes Code with n8n 3 (with code: warning)",
     "n8n's migration report: the node is deprecated and converted to Code; one without code cannot be.",
     "Replace it by a Code node."},
    upgrade_ai_transform::check_ai_transform,
    Needs::target};

}  // namespace kairon::lint
