#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_ban_truncate_cascade {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const MigrationStatement& statement : input.statements()) {
    if (!statement.is("TruncateStmt") || statement.node["behavior"].string() != "DROP_CASCADE") continue;
    report.at(statement, "CASCADE also empties every table that refers to this one");
  }
}

}  // namespace

}  // namespace migration_ban_truncate_cascade

extern const MigrationRule kMigrationBanTruncateCascade;
const MigrationRule kMigrationBanTruncateCascade{
    {"migration/ban-truncate-cascade", Severity::error, Scope::always,
     "truncates with CASCADE every table that refers to the table",
     "It empties every table that has a foreign key to this one, and theirs, whether or not "
     "they are named (PostgreSQL documentation, TRUNCATE).",
     "Name every table that should be emptied."},
    migration_ban_truncate_cascade::check,
    MigrationFiles::all,
    InBodies::yes};

}  // namespace kairon::lint
