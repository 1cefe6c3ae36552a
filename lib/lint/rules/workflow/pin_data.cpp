#include "lint/reporter.h"
#include "lint/rule.h"
#include "workflow/workflow.h"

namespace kairon::lint {
namespace workflow_pin_data {
namespace {

/// `{}` is what n8n exports. A node with an empty list is pinned too: to no item at all (n8n-core,
/// workflow-execute.ts).
bool holds_data(const json::Value& pinned) { return !pinned.empty(); }

void check(const WorkflowInput& input, Reporter& report) {
  const char* const help = "remove it; `kairon fix --write` does so";
  const json::Value top = input.workflow.root()["pinData"];
  if (holds_data(top)) report.at(top.key_value(), nullptr, "pinned data is committed with the workflow", help);
  for (const workflow::Node& node : input.workflow.nodes()) {
    const json::Value pinned = node.json["pinData"];
    if (holds_data(pinned)) report.at(pinned.key_value(), &node, "the node carries pinned data", help);
  }
}

}  // namespace

}  // namespace workflow_pin_data

extern const WorkflowRule kWorkflowPinData = {
    {"workflow/pin-data", Severity::error, Scope::softer_in_n8n, "pinData is not empty, at the top or in a node",
     "Pinned data replaces a node's real output in manual runs and is what the editor captured from a real run: "
     "request "
     "headers, user ids, message texts, sometimes tokens. n8n's exports keep it (only the API's excludePinnedData "
     "drops "
     "it), so it goes into history for good.",
     "Unpin the data in the editor, or remove pinData from the file (`kairon fix` does)."},
    workflow_pin_data::check};

}  // namespace kairon::lint
