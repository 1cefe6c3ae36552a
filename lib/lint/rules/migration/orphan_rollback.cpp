#include <algorithm>

#include "lint/migration_set.h"

namespace kairon::lint {
namespace migration_orphan_rollback {
namespace {

void check(const MigrationStates& input, SetReporter& report) {
  for (const migration::Entry& entry : input.now.orphans()) {
    const auto& before = input.base.orphans();
    const bool old = std::any_of(before.begin(), before.end(),
                                 [&](const migration::Entry& other) { return other.path == entry.path; });
    if (!old) report.at_file(entry.path, "the migration that it undoes does not exist");
  }
}

}  // namespace

}  // namespace migration_orphan_rollback

extern const MigrationSetRule kMigrationOrphanRollback;
const MigrationSetRule kMigrationOrphanRollback{
    {"migration/orphan-rollback", Severity::warning, Scope::always, "rolls back a migration that does not exist",
     "Its name fits no migration, so it is never run: often a misspelt name.",
     "Give it the version and the name of its migration: only the ending differs."},
    migration_orphan_rollback::check};

}  // namespace kairon::lint
