#include "base/format.h"
#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_add_column_check {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const AlterAction& action : input.actions()) {
    if (!action.is("AT_AddColumn") || input.is_new_table(action.relation)) continue;
    const sql::Node check = column_constraint(action.command["def"]["ColumnDef"], "CONSTR_CHECK");
    if (check)
      report.at(action.statement->offset(check),
                format("the check reads all of {} while it is locked", qualified_name(action.relation)));
  }
}

}  // namespace

}  // namespace migration_add_column_check

extern const MigrationRule kMigrationAddColumnCheck;
const MigrationRule kMigrationAddColumnCheck{
    {"migration/add-column-check", Severity::warning, Scope::by_evidence,
     "adds a column with a CHECK that reads the whole table",
     "The check is tried on every row under ACCESS EXCLUSIVE, although the column is new "
     "(PostgreSQL documentation, ALTER TABLE, Notes).",
     "Add the column alone, then ADD CONSTRAINT ... CHECK ... NOT VALID, and VALIDATE "
     "CONSTRAINT in a later migration."},
    migration_add_column_check::check,
    MigrationFiles::all,
    InBodies::yes};

}  // namespace kairon::lint
