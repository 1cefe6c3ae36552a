#include "base/format.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "lint/support/calls.h"

namespace kairon::lint {
namespace upgrade_inactive_callee {
namespace {

void check(const Tree& tree, Reporter& report) {
  if (!crosses(tree.target, 2)) return;
  for_each_changed_call(tree, [&report](const TreeFile& file, const workflow::CallFact& call, const TreeFile& callee) {
    if (&callee == &file || call.disabled || !file.facts.active || !callee.facts.switched_off) return;
    report.at_place(
        file.path, file.facts.name, call.place,
        kairon::format("'{}' calls '{}' ({}), which is not active: n8n 2 {}", call.place.node, called_name(callee),
                       callee.path, call.tool ? "refuses the call" : "refuses to publish the caller"),
        "activate the called workflow before its caller");
  });
}

}  // namespace

}  // namespace upgrade_inactive_callee

extern const TreeRule kUpgradeInactiveCallee = {
    {"upgrade/inactive-callee", Severity::warning, Scope::always, "is active and calls a workflow that is not",
     "n8n 1 calls inactive workflows. n8n 2 refuses to publish a workflow whose Execute Workflow node calls an "
     "unpublished one, and a call at run time fails with \"Workflow is not active and cannot be executed.\"",
     "Activate called workflows first: after the upgrade they count as published."},
    upgrade_inactive_callee::check};

}  // namespace kairon::lint
