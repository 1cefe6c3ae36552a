#include "base/format.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "lint/support/calls.h"

namespace kairon::lint {
namespace upgrade_waiting_call {
namespace {

void check(const Tree& tree, Reporter& report) {
  if (!crosses(tree.target, 2)) return;
  for_each_changed_call(tree, [&report](const TreeFile& file, const workflow::CallFact& call, const TreeFile& callee) {
    const std::string& node = callee.facts.waiting_node;
    if (&callee == &file || node.empty() || !callee.facts.has_subworkflow_trigger) return;
    if (call.tool || call.disabled || !call.waits) return;
    report.at_place(file.path, file.facts.name, call.place,
                    kairon::format("'{}' calls '{}' ({}), which waits in '{}': n8n 2 returns what its last node "
                                   "outputs, n8n 1 returned the input of the call",
                                   call.place.node, called_name(callee), callee.path, node),
                    "check what reads the output of the call");
  });
}

}  // namespace

}  // namespace upgrade_waiting_call

extern const TreeRule kUpgradeWaitingCall = {
    {"upgrade/waiting-call", Severity::warning, Scope::always,
     "calls a workflow that waits, whose result changes with n8n 2",
     "When a called workflow goes to sleep in a Wait, a form, a chat or a question to a person, n8n 1 gives its caller "
     "the input of the call back. From 2.0 on the caller gets the last output. A Wait of 65 seconds or less never "
     "slept.",
     "Check the nodes that read the output of the call."},
    upgrade_waiting_call::check};

}  // namespace kairon::lint
