#include "base/format.h"
#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_adding_foreign_key_constraint {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const AlterAction& action : input.actions()) {
    sql::Node key;
    if (action.is("AT_AddColumn")) {
      key = column_constraint(action.command["def"]["ColumnDef"], "CONSTR_FOREIGN");
    } else if (action.is("AT_AddConstraint") && !input.is_new_table(action.relation)) {
      key = action.constraint();
      if (key["contype"].string() != "CONSTR_FOREIGN" || key["skip_validation"].boolean()) continue;
    }
    if (!key) continue;
    report.at(action.statement->offset(key),
              format("adding the foreign key blocks writes to {} and {} while every row is checked",
                     qualified_name(action.relation), qualified_name(key["pktable"])));
  }
}

}  // namespace

}  // namespace migration_adding_foreign_key_constraint

extern const MigrationRule kMigrationAddingForeignKeyConstraint;
const MigrationRule kMigrationAddingForeignKeyConstraint{
    {"migration/adding-foreign-key-constraint", Severity::warning, Scope::by_evidence,
     "adds a foreign key without NOT VALID",
     "It takes SHARE ROW EXCLUSIVE on both tables, which blocks writes to both, while every "
     "row is looked up (PostgreSQL documentation, ALTER TABLE, Notes). ADD COLUMN ... "
     "REFERENCES has no NOT VALID.",
     "ADD CONSTRAINT ... FOREIGN KEY ... NOT VALID, and VALIDATE CONSTRAINT in a later "
     "migration."},
    migration_adding_foreign_key_constraint::check,
    MigrationFiles::all,
    InBodies::yes};

}  // namespace kairon::lint
