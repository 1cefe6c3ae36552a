#include "lint/reporter.h"
#include "lint/rule.h"
#include "workflow/workflow.h"

namespace kairon::lint {

void report_pin_data(const workflow::Workflow& workflow, Reporter& report);

namespace workflow_pin_data {
namespace {

/// `{}` is what n8n exports. A node with an empty list is pinned too: to no item at all (n8n-core,
/// workflow-execute.ts).
bool holds_data(const json::Value& pinned) { return !pinned.empty(); }

void check_pin_data(const WorkflowInput& input, Reporter& report) { report_pin_data(input.workflow, report); }

}  // namespace

}  // namespace workflow_pin_data

/// Also called for states that are searched without being judged.
void report_pin_data(const workflow::Workflow& workflow, Reporter& report) {
  const char* const help = "remove it; `kairon fix --write` does so";
  const json::Value top = workflow.root()["pinData"];
  if (workflow_pin_data::holds_data(top))
    report.at(top.key_value(), nullptr, "pinned data is committed with the workflow", help);
  for (const workflow::Node& node : workflow.nodes()) {
    const json::Value pinned = node.json["pinData"];
    if (workflow_pin_data::holds_data(pinned))
      report.at(pinned.key_value(), &node, "the node carries pinned data", help);
  }
}

extern const WorkflowRule kWorkflowPinData = {
    {"workflow/pin-data", Severity::error, Scope::softer_in_n8n, "holds pinData, at the top or in a node",
     "Pinned data replaces a node's real output in manual runs and is what the editor captured from a real run: "
     "request "
     "headers, user ids, message texts, sometimes tokens. n8n's exports keep it (only the API's excludePinnedData "
     "drops "
     "it), so it goes into history for good.",
     "Unpin the data in the editor, or remove pinData from the file (`kairon fix` does)."},
    workflow_pin_data::check_pin_data};

}  // namespace kairon::lint
