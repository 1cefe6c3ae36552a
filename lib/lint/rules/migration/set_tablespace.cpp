#include "base/format.h"
#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_set_tablespace {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const AlterAction& action : input.actions()) {
    if (!(action.is("AT_SetTableSpace")) || input.created_here(action.relation)) continue;
    report.at(action, format("{} is copied while it is locked", qualified_name(action.relation)));
  }
}

}  // namespace

}  // namespace migration_set_tablespace

extern const MigrationRule kMigrationSetTablespace;
const MigrationRule kMigrationSetTablespace{
    {"migration/set-tablespace", Severity::warning, Scope::by_evidence, "moves a table to another tablespace",
     "The whole table is copied under ACCESS EXCLUSIVE (PostgreSQL documentation, ALTER TABLE, "
     "\"SET TABLESPACE\").",
     "Move it in a maintenance window, or copy to a new table in batches."},
    migration_set_tablespace::check,
    MigrationFiles::all,
    InBodies::yes};

}  // namespace kairon::lint
