#pragma once
#include <string>
#include <vector>

#include "diff/workflow_diff.h"
#include "n8n/tree.h"

namespace kairon::test {

/// Applies reported changes to a value.
[[nodiscard]] n8n::Tree apply_changes(const n8n::Tree& before, const std::vector<diff::Change>& changes);

/// A workflow in the form in which two equal ones are equal: nodes sorted, connections as sorted lines.
[[nodiscard]] std::string comparable(const n8n::Tree& workflow);

/// Applies a whole diff to the workflow it started from; the result in comparable() form.
[[nodiscard]] std::string applied(const n8n::Tree& before, const diff::WorkflowDiff& diff);

/// Checks that the diff of two texts, applied to the first, gives the second. Returns what differs, "" when
/// nothing does.
[[nodiscard]] std::string broken_promise(const std::string& before, const std::string& after);

}  // namespace kairon::test
