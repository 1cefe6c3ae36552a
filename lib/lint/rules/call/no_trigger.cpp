#include "base/format.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "lint/support/calls.h"

namespace kairon::lint {
namespace call_no_trigger {
namespace {

void check(const Tree& tree, Reporter& report) {
  for_each_changed_call(tree, [&report](const TreeFile& file, const workflow::CallFact& call, const TreeFile& callee) {
    if (callee.facts.has_subworkflow_trigger) return;
    const bool by_hand = callee.facts.starts_by_hand;
    report.at_place(file.path, file.facts.name, call.place,
                    kairon::format("'{}' calls '{}' ({}), which has no executeWorkflowTrigger{}", call.place.node,
                                   called_name(callee), callee.path,
                                   by_hand ? ": it starts at its manual trigger, and n8n 2 does not publish it" : ""),
                    "add \"When Executed by Another Workflow\" to the called workflow",
                    by_hand ? std::optional(Severity::warning) : std::nullopt);
  });
}

}  // namespace

}  // namespace call_no_trigger

extern const TreeRule kCallNoTrigger = {
    {"call/no-trigger", Severity::error, Scope::always, "calls a workflow that has no executeWorkflowTrigger",
     "A call starts the called workflow at its executeWorkflowTrigger, or else at a Manual Trigger, a Manual Chat "
     "Trigger or (n8n 1) a Start node. Without one n8n throws \"Missing node to start execution\" "
     "(SubworkflowOperationError), whatever other triggers there are. A workflow with a manual trigger alone runs when "
     "it is called, but n8n 2 refuses to publish it, and calls only what is published: a warning.",
     "Add the trigger \"When Executed by Another Workflow\" to the called workflow."},
    call_no_trigger::check};

}  // namespace kairon::lint
