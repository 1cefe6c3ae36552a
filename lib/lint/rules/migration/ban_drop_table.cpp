#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_ban_drop_table {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const MigrationStatement& statement : input.statements()) {
    if (!statement.is("DropStmt") || statement.node["removeType"].string() != "OBJECT_TABLE") continue;
    report.at(statement, "dropping a table loses its data and breaks whoever still reads it");
  }
}

}  // namespace

}  // namespace migration_ban_drop_table

extern const MigrationRule kMigrationBanDropTable;
const MigrationRule kMigrationBanDropTable{
    {"migration/ban-drop-table", Severity::warning, Scope::by_evidence, "drops a table that clients may still use",
     "The data is gone for good, and every query and workflow that still names the table "
     "fails. Foreign keys make it lock the referenced tables too.",
     "Stop using the table first; then allow it with -- kairon: allow migration/ban-drop-table "
     "REASON."},
    migration_ban_drop_table::check,
    MigrationFiles::forward,
    InBodies::yes};

}  // namespace kairon::lint
