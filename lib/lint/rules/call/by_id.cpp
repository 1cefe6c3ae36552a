#include "base/format.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "lint/support/calls.h"

namespace kairon::lint {
namespace call_by_id {
namespace {

void check(const Tree& tree, Reporter& report) {
  const CallIndex index(tree);
  for (const TreeFile& file : tree.files) {
    if (!is_live(file) || !file.changed) continue;
    for (const workflow::CallFact& call : file.facts.calls) {
      if (call.kind != workflow::CallFact::Kind::by_id || call.self) continue;
      const TreeFile* callee = index.callee(file, call);
      report.at_place(
          file.path, file.facts.name, call.place,
          call.id.empty()
              ? kairon::format("'{}' does not say which workflow it calls: n8n refuses the run", call.place.node)
              : kairon::format("'{}' calls a workflow by {}, which differs from instance to instance", call.place.node,
                               call.id.starts_with("=") ? "an expression" : "its id"),
          callee == nullptr
              ? std::string("choose the workflow from the list: mode \"list\" with its name as cachedResultName")
              : kairon::format("choose '{}' from the list: mode \"list\", cachedResultName \"{}\"",
                               called_name(*callee), called_name(*callee)));
    }
  }
}

}  // namespace

}  // namespace call_by_id

extern const TreeRule kCallById = {
    {"call/by-id", Severity::error, Scope::softer_in_n8n,
     "calls a workflow by id or expression instead of a name from the list",
     "n8n finds a sub-workflow by its id only, and every instance gives ids of its own: what runs in development fails "
     "with \"Workflow does not exist.\" in production. A locator of mode list carries the name (cachedResultName), "
     "from "
     "which a deployment computes the id. typeVersion 1, inline and file sources and $workflow.id are not judged.",
     "Select the workflow from the list in the editor."},
    call_by_id::check};

}  // namespace kairon::lint
