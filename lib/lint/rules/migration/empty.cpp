#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_empty {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  if (!input.file().script().ok() || !input.statements().empty()) return;
  report.at(0, "the file holds no statement");
}

}  // namespace

}  // namespace migration_empty

extern const MigrationRule kMigrationEmpty;
const MigrationRule kMigrationEmpty{
    {"migration/empty", Severity::error, Scope::always, "a migration without a statement",
     "It would be recorded as applied and never run again, whatever is written into the file "
     "later.",
     "Write the statement, or delete the file."},
    migration_empty::check};

}  // namespace kairon::lint
