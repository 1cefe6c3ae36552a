#include "base/format.h"
#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_adding_required_field {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const AlterAction& action : input.actions()) {
    if (!action.is("AT_AddColumn")) continue;
    const sql::Node column = action.command["def"]["ColumnDef"];
    if (!column_constraint(column, "CONSTR_NOTNULL") || column_constraint(column, "CONSTR_DEFAULT")) continue;
    if (column_constraint(column, "CONSTR_GENERATED") || column_constraint(column, "CONSTR_IDENTITY")) continue;
    report.at(action, format("column {} is NOT NULL and has no default: it fails when {} has rows",
                             column["colname"].string(), qualified_name(action.relation)));
  }
}

}  // namespace

}  // namespace migration_adding_required_field

extern const MigrationRule kMigrationAddingRequiredField;
const MigrationRule kMigrationAddingRequiredField{
    {"migration/adding-required-field", Severity::error, Scope::always, "adds a NOT NULL column without a default",
     "The rows that exist have no value for it: on a table that is not empty the statement "
     "fails with 23502 (PostgreSQL documentation, ALTER TABLE, Notes).",
     "Add the column with a default, or nullable, and SET NOT NULL once it is filled."},
    migration_adding_required_field::check,
    MigrationFiles::all,
    InBodies::yes};

}  // namespace kairon::lint
