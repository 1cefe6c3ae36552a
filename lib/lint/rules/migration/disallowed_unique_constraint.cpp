#include "base/format.h"
#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_disallowed_unique_constraint {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const AlterAction& action : input.actions()) {
    sql::Node unique;
    if (action.is("AT_AddColumn")) {
      unique = column_constraint(action.command["def"]["ColumnDef"], "CONSTR_UNIQUE");
    } else if (action.is("AT_AddConstraint") && !input.is_new_table(action.relation)) {
      unique = action.constraint();
      if (unique["contype"].string() != "CONSTR_UNIQUE" || unique["indexname"]) continue;
    }
    if (!unique) continue;
    report.at(action.statement->offset(unique),
              format("the constraint builds an index while {} is locked", qualified_name(action.relation)));
  }
}

}  // namespace

}  // namespace migration_disallowed_unique_constraint

extern const MigrationRule kMigrationDisallowedUniqueConstraint;
const MigrationRule kMigrationDisallowedUniqueConstraint{
    {"migration/disallowed-unique-constraint", Severity::warning, Scope::by_evidence,
     "adds a unique constraint that builds its index itself",
     "The index is built under ACCESS EXCLUSIVE: nobody reads or writes the table meanwhile "
     "(PostgreSQL documentation, ALTER TABLE, \"ADD table_constraint_using_index\").",
     "CREATE UNIQUE INDEX CONCURRENTLY first, then ADD CONSTRAINT ... UNIQUE USING INDEX."},
    migration_disallowed_unique_constraint::check,
    MigrationFiles::all,
    InBodies::yes};

}  // namespace kairon::lint
