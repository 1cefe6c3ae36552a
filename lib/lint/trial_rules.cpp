#include "lint/trial_rules.h"

#include <algorithm>
#include <array>

namespace kairon::lint {

namespace {

constexpr std::array<TrialRule, 13> kTrialRules = {{
    {"trial/forward", "The migration fails.", "Run it on a copy of the data and correct the statement."},
    {"trial/again", "The migration cannot run again after its rollback.", "Make the rollback undo all of it."},
    {"trial/idempotency", "A second run changes something.",
     "Write IF NOT EXISTS, ON CONFLICT or a WHERE, or say -- kairon: not-idempotent REASON."},
    {"trial/no-rollback", "There is no way back.", "Write the rollback, or say -- kairon: irreversible REASON."},
    {"trial/rollback", "The rollback fails.", "Run it on a copy of the data after the migration, and correct it."},
    {"trial/rollback-schema", "The schema after the rollback is another one than before the migration.",
     "Undo exactly what the migration does, indexes, comments, grants and defaults included."},
    {"trial/rollback-data", "Rows after the rollback are others than before the migration.",
     "Keep the data aside, or say -- kairon: irreversible REASON."},
    {"trial/data-loss", "The migration deletes rows or values.",
     "When that is meant: -- kairon: allow trial/data-loss REASON."},
    {"trial/lock-budget", "The migration holds ACCESS EXCLUSIVE longer than its budget.",
     "Split it, or set -- kairon: lock-budget TIME."},
    {"trial/rewrite", "The migration rewrites a table, which on a large one takes long under its lock.",
     "Add the column or the constraint in steps that scan and do not write."},
    {"trial/server-escape", "A statement reaches out of its database: files, programs, other servers.",
     "A migration stays inside of its database."},
    {"trial/stand-in", "Something stood in for an extension that the trial's server lacks.",
     "Install the extension where the trial runs."},
    {"trial/verify", "The tool's own check of the migration fails.", "Correct the migration or its verify script."},
}};

}  // namespace

std::span<const TrialRule> trial_rules() { return kTrialRules; }

const TrialRule* find_trial_rule(std::string_view id) {
  const auto* hit = std::ranges::find(kTrialRules, id, &TrialRule::id);
  return hit == kTrialRules.end() ? nullptr : hit;
}

}  // namespace kairon::lint
