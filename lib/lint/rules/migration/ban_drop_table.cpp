#include "lint/migration_rule.h"

namespace kairon::lint {

namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const MigrationStatement& statement : input.statements()) {
    if (!statement.is("DropStmt") || statement.node["removeType"].string() != "OBJECT_TABLE") continue;
    report.at(statement, "dropping a table loses its data and breaks whoever still reads it");
  }
}

}  // namespace

extern const MigrationRule kMigrationBanDropTable;
const MigrationRule kMigrationBanDropTable{
    {"migration/ban-drop-table", Severity::error, Scope::always, "DROP TABLE",
     "The data is gone for good, and every query and workflow that still names the table "
     "fails. Foreign keys make it lock the referenced tables too.",
     "Stop using the table first; then allow it with -- kairon: allow migration/ban-drop-table "
     "REASON."},
    check,
    MigrationFiles::forward,
    InBodies::yes};

}  // namespace kairon::lint
