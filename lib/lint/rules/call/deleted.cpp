#include <algorithm>

#include "base/format.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "lint/support/calls.h"

namespace kairon::lint {
namespace call_deleted {
namespace {

bool means(const workflow::CallFact& call, const RemovedWorkflow& removed) {
  if (call.self) return false;
  if (!call.name.empty()) return call.name == removed.name;
  return !removed.id.empty() && call.id == removed.id;
}

void check(const Tree& tree, Reporter& report) {
  if (tree.removed.empty()) return;
  const CallIndex index(tree);
  for (const TreeFile& file : tree.files) {
    if (!is_live(file)) continue;
    for (const workflow::CallFact& call : file.facts.calls) {
      const auto removed = std::find_if(tree.removed.begin(), tree.removed.end(),
                                        [&](const RemovedWorkflow& one) { return means(call, one); });
      if (removed == tree.removed.end() || index.callee(file, call) != nullptr || !index.named(removed->name).empty())
        continue;
      report.at_place(file.path, file.facts.name, call.place,
                      kairon::format("'{}' still calls '{}', which this change deletes or renames ({})",
                                     call.place.node, removed->name, removed->path),
                      "change or remove the call in the same commit");
    }
  }
}

}  // namespace

}  // namespace call_deleted

extern const TreeRule kCallDeleted = {
    {"call/deleted", Severity::error, Scope::always, "deletes or renames a workflow that others still call",
     "n8n lets you delete a workflow that others call; their next run fails with \"Workflow does not exist.\" Calls "
     "are "
     "resolved by name, so a renamed workflow is lost in the same way.",
     "Change the callers in the same commit, or keep the workflow."},
    call_deleted::check};

}  // namespace kairon::lint
