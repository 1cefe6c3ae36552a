#include "base/format.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "lint/support/calls.h"

namespace kairon::lint {
namespace call_no_trigger {
namespace {

void check(const Tree& tree, Reporter& report) {
  const CallIndex index(tree);
  for (const TreeFile& file : tree.files) {
    if (!is_live(file)) continue;
    for (const workflow::CallFact& call : file.facts.calls) {
      const TreeFile* callee = index.callee(file, call);
      if (callee == nullptr || callee->facts.has_subworkflow_trigger || (!file.changed && !callee->changed)) continue;
      report.at_place(file.path, file.facts.name, call.place,
                      kairon::format("'{}' calls '{}' ({}), which has no executeWorkflowTrigger", call.place.node,
                                     called_name(*callee), callee->path),
                      "add \"When Executed by Another Workflow\" to the called workflow");
    }
  }
}

}  // namespace

}  // namespace call_no_trigger

extern const TreeRule kCallNoTrigger = {
    {"call/no-trigger", Severity::error, Scope::always, "calls a workflow that has no executeWorkflowTrigger",
     "A call starts the called workflow at its executeWorkflowTrigger. Without one n8n throws \"Missing node to start "
     "execution\" (SubworkflowOperationError), whatever other triggers there are.",
     "Add the trigger \"When Executed by Another Workflow\" to the called workflow."},
    call_no_trigger::check};

}  // namespace kairon::lint
