#include "base/format.h"
#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_set_unlogged {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const AlterAction& action : input.actions()) {
    if (!(action.is("AT_SetUnLogged") || action.is("AT_SetLogged")) || input.created_here(action.relation)) continue;
    report.at(action, format("{} is rewritten while it is locked", qualified_name(action.relation)));
  }
}

}  // namespace

}  // namespace migration_set_unlogged

extern const MigrationRule kMigrationSetUnlogged;
const MigrationRule kMigrationSetUnlogged{
    {"migration/set-unlogged", Severity::warning, Scope::by_evidence,
     "sets a table UNLOGGED or LOGGED, which rewrites it",
     "The table is rewritten under ACCESS EXCLUSIVE; an unlogged table is empty after a crash "
     "and absent on replicas (PostgreSQL documentation, CREATE TABLE, \"UNLOGGED\").",
     "Create the table the way it should be, and copy in batches."},
    migration_set_unlogged::check,
    MigrationFiles::all,
    InBodies::yes};

}  // namespace kairon::lint
