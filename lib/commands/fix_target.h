#pragma once
#include <map>
#include <string>
#include <vector>

#include "config/settings.h"
#include "lint/finding.h"
#include "lint/rule.h"
#include "repository/snapshot.h"
#include "workflow/upgrade_repair.h"

namespace kairon::commands {

/// Who calls the workflows of a snapshot, by the path of the called file. A workflow that nobody calls is not listed.
[[nodiscard]] std::map<std::string, workflow::Callers> callers_in(const repository::Snapshot& snapshot);

/// The rewrites of one file that leave no finding that was not there before, and what became of the others.
struct Chosen {
  std::vector<workflow::Rewrite> rewrites;
  std::vector<std::string> left_out;  ///< one line each: what was not done, and why
};

/// Picks the rewrites of `text` for an upgrade. A rewrite that overlaps an earlier one, or brings a finding by the rule
/// set of `settings`, is left out. Throws what reading the node catalogue throws.
[[nodiscard]] Chosen choose_rewrites(const std::string& text, const std::string& path, lint::Upgrade upgrade,
                                     const workflow::Callers& callers, const config::Settings& settings);

/// Returns the edits of all rewrites, in file order.
[[nodiscard]] std::vector<workflow::Repair> edits_of(const std::vector<workflow::Rewrite>& rewrites);

}  // namespace kairon::commands
