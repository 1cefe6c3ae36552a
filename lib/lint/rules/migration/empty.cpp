#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_empty {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  const migration::File& file = input.file();
  if (!file.holds_nothing()) return;
  if (file.layout().is_ours()) return report.at(0, "the file holds no statement");
  // An empty rollback is none to another tool; an empty migration is recorded as applied, which may be meant.
  if (!file.name().is_rollback) report.at(0, "the migration holds no statement", {}, Severity::info);
}

}  // namespace

}  // namespace migration_empty

extern const MigrationRule kMigrationEmpty;
const MigrationRule kMigrationEmpty{
    {"migration/empty", Severity::error, Scope::always, "has no statement",
     "It would be recorded as applied and never run again, whatever is written into the file "
     "later.",
     "Write the statement, or delete the file."},
    migration_empty::check};

}  // namespace kairon::lint
