#include "base/format.h"
#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_adding_serial_primary_key_field {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const AlterAction& action : input.actions()) {
    sql::Node key;
    if (action.is("AT_AddColumn")) {
      key = column_constraint(action.command["def"]["ColumnDef"], "CONSTR_PRIMARY");
    } else if (action.is("AT_AddConstraint") && !action.constraint()["indexname"]) {
      key = action.constraint();
      if (key["contype"].string() != "CONSTR_PRIMARY") continue;
    }
    if (!key) continue;
    report.at(action.statement->offset(key),
              format("the primary key builds an index while {} is locked", qualified_name(action.relation)));
  }
}

}  // namespace

}  // namespace migration_adding_serial_primary_key_field

extern const MigrationRule kMigrationAddingSerialPrimaryKeyField;
const MigrationRule kMigrationAddingSerialPrimaryKeyField{
    {"migration/adding-serial-primary-key-field", Severity::warning, Scope::by_evidence,
     "adds a primary key that builds its index itself",
     "ADD PRIMARY KEY builds the index, and checks for NULL, under ACCESS EXCLUSIVE "
     "(PostgreSQL documentation, ALTER TABLE, \"ADD table_constraint_using_index\").",
     "CREATE UNIQUE INDEX CONCURRENTLY first, then ADD CONSTRAINT ... PRIMARY KEY USING INDEX."},
    migration_adding_serial_primary_key_field::check,
    MigrationFiles::all,
    InBodies::yes};

}  // namespace kairon::lint
