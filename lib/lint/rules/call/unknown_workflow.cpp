#include <algorithm>
#include <vector>

#include "base/format.h"
#include "base/text.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "lint/support/calls.h"

namespace kairon::lint {
namespace call_unknown_workflow {
namespace {

using Kind = workflow::CallFact::Kind;

std::string suggestion(const Tree& tree, std::string_view name) {
  std::vector<std::string_view> names;
  const std::vector<std::string> all = tree.all_names ? tree.all_names() : std::vector<std::string>();
  names.assign(all.begin(), all.end());
  for (const TreeFile& file : tree.files) {
    if (!tree.all_names && is_live(file)) names.push_back(called_name(file));
  }
  const std::string_view near = text::nearest(name, names);
  return near.empty() ? std::string("add the workflow to the repository, or remove the call")
                      : kairon::format("did you mean '{}'?", near);
}

bool was_removed(const Tree& tree, const workflow::CallFact& call) {
  return std::any_of(tree.removed.begin(), tree.removed.end(),
                     [&](const RemovedWorkflow& removed) { return removed.name == call.name; });
}

void check(const Tree& tree, Reporter& report) {
  const CallIndex index(tree);
  for (const TreeFile& file : tree.files) {
    if (!is_live(file) || !file.changed) continue;
    for (const workflow::CallFact& call : file.facts.calls) {
      if (call.kind == Kind::by_name_missing) {
        report.at_place(
            file.path, file.facts.name, call.place,
            kairon::format("'{}' does not say which workflow it calls: cachedResultName is missing", call.place.node),
            "choose the workflow from the list in the editor");
      } else if (call.kind == Kind::by_list && tree.complete && index.named(call.name).empty() &&
                 !was_removed(tree, call)) {
        report.at_place(
            file.path, file.facts.name, call.place,
            kairon::format("'{}' calls '{}', but no workflow here has that name", call.place.node, call.name),
            suggestion(tree, call.name));
      }
    }
  }
}

}  // namespace

}  // namespace call_unknown_workflow

extern const TreeRule kCallUnknownWorkflow = {
    {"call/unknown-workflow", Severity::error, Scope::softer_in_n8n,
     "calls a workflow without a name, or one that the repository does not have",
     "At run time n8n knows the id only (\"Workflow does not exist.\", n8n 1.123); a deployment finds that id by the "
     "name. "
     "A call without a name, or with one that nothing here has, cannot be deployed, or runs whatever an instance "
     "happens "
     "to hold under that name.",
     "Choose the called workflow from the list again, or add its file."},
    call_unknown_workflow::check};

}  // namespace kairon::lint
