#pragma once
#include <functional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lint/tree.h"

namespace kairon::lint {

/// Who is meant by a call: the workflows of a tree by name and by id. Built once per tree rule.
class CallIndex {
 public:
  explicit CallIndex(const Tree& tree);

  /// Non-archived workflows of that name, in path order.
  [[nodiscard]] const std::vector<const TreeFile*>& named(std::string_view name) const;
  /// The one workflow that the call of `caller` means: by its cached name, else by its id; the caller
  /// itself for `$workflow.id`. Null when there is none, or when several share the name.
  [[nodiscard]] const TreeFile* callee(const TreeFile& caller, const workflow::CallFact& call) const;

 private:
  std::unordered_map<std::string_view, std::vector<const TreeFile*>> by_name_;
  std::unordered_map<std::string_view, const TreeFile*> by_id_;
};

/// What a workflow is called by: its name; for a file without one (workflow/name reports that) the
/// file's stem, so that one missing name is not reported again at every call.
[[nodiscard]] std::string_view called_name(const TreeFile& file);

/// True for files whose calls count: readable workflows that are not archived.
[[nodiscard]] inline bool is_live(const TreeFile& file) { return file.facts.valid && !file.facts.archived; }

/// A call of a live workflow to one that the tree has.
using VisitCall = std::function<void(const TreeFile& caller, const workflow::CallFact& call, const TreeFile& callee)>;
/// Visits the calls of which the caller or the callee changed, in the order of the files.
void for_each_changed_call(const Tree& tree, const VisitCall& visit);

}  // namespace kairon::lint
