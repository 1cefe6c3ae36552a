#include "base/format.h"
#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_ban_drop_database {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const MigrationStatement& statement : input.statements()) {
    if (statement.is("DropdbStmt"))
      report.at(statement, format("dropping database {} loses everything in it", statement.node["dbname"].string()));
  }
}

}  // namespace

}  // namespace migration_ban_drop_database

extern const MigrationRule kMigrationBanDropDatabase;
const MigrationRule kMigrationBanDropDatabase{
    {"migration/ban-drop-database", Severity::error, Scope::always, "drops a database",
     "Everything in it is gone for good; and it cannot run inside a transaction.",
     "Do it by hand, with a backup at hand, not in a migration."},
    migration_ban_drop_database::check,
    MigrationFiles::all,
    InBodies::yes};

}  // namespace kairon::lint
