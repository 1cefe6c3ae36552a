#include <algorithm>

#include "lint/reporter.h"
#include "lint/rule.h"
#include "workflow/workflow.h"

namespace kairon::lint {
namespace workflow_no_trigger {
namespace {

void check(const WorkflowInput& input, Reporter& report) {
  const auto& nodes = input.workflow.nodes();
  if (std::any_of(nodes.begin(), nodes.end(), [](const workflow::Node& node) { return node.is_trigger(); })) return;
  report.at(input.workflow.root()["nodes"].key_value(), nullptr, "the workflow has no trigger: nothing can start it",
            "add the trigger that starts it; a workflow that others call needs an executeWorkflowTrigger");
}

}  // namespace

}  // namespace workflow_no_trigger

extern const WorkflowRule kWorkflowNoTrigger = {
    {"workflow/no-trigger", Severity::error, Scope::softer_in_n8n, "has no trigger at all",
     "n8n starts a workflow at a trigger. Without one it cannot be activated, and a call from another workflow fails "
     "with \"Missing node to start execution\" (SubworkflowOperationError, n8n 1.123). Triggers are all types named "
     "*Trigger, and webhook, cron, interval, emailReadImap and start.",
     "Add the trigger that is meant to start the workflow; for a sub-workflow that is executeWorkflowTrigger."},
    workflow_no_trigger::check};

}  // namespace kairon::lint
