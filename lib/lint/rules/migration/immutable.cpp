#include <algorithm>

#include "base/format.h"
#include "lint/migration_set.h"

namespace kairon::lint {
namespace migration_immutable {
namespace {

void check(const MigrationStates& input, SetReporter& report) {
  for (const migration::Migration& before : input.base.migrations()) {
    const migration::Migration* now = input.now.find(before.version.stem);
    if (now != nullptr) {
      if (!before.repeatable && now->forward.content_id != before.forward.content_id) {
        report.at_file(now->forward.path, format("{} is already there and was changed", before.version.stem));
      }
      continue;
    }
    const std::string& content = before.forward.content_id;
    const auto same = [&](const migration::Entry& entry) { return entry.content_id == content; };
    const auto& archived = input.now.archived();
    if (std::any_of(archived.begin(), archived.end(), same)) {
      report.at_file(before.forward.path, format("{} was moved to a sub-folder", before.version.stem),
                     Severity::warning);
      continue;
    }
    const auto& all = input.now.migrations();
    const auto renamed =
        std::find_if(all.begin(), all.end(), [&](const migration::Migration& one) { return same(one.forward); });
    if (renamed != all.end()) {
      report.at_file(renamed->forward.path,
                     format("{} is already there and was renamed to {}", before.version.stem, renamed->version.stem));
    } else {
      report.at_file(before.forward.path, format("{} is already there and was deleted", before.version.stem));
    }
  }
}

}  // namespace

}  // namespace migration_immutable

extern const MigrationSetRule kMigrationImmutable;
const MigrationSetRule kMigrationImmutable{
    {"migration/immutable", Severity::error, Scope::always,
     "changes, renames or deletes a migration that the base already has",
     "Databases that have applied it keep the old state, and their checksums no longer match. "
     "Moving it to a sub-folder unchanged is a warning. Its rollback file may be corrected: no checksum "
     "holds it, and the trial proves it anew.",
     "Restore it, and write a new migration for the change."},
    migration_immutable::check};

}  // namespace kairon::lint
