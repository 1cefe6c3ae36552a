#include "base/format.h"
#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_changing_column_type {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const AlterAction& action : input.actions()) {
    if (!action.is("AT_AlterColumnType")) continue;
    report.at(option_offset(action), format("changing the type of {}.{} may rewrite the table while it is locked",
                                            qualified_name(action.relation), action.command["name"].string()));
  }
}

}  // namespace

}  // namespace migration_changing_column_type

extern const MigrationRule kMigrationChangingColumnType;
const MigrationRule kMigrationChangingColumnType{
    {"migration/changing-column-type", Severity::warning, Scope::by_evidence, "changes the type of a column",
     "Most type changes rewrite the table and its indexes under ACCESS EXCLUSIVE, and clients "
     "that expect the old type break (PostgreSQL documentation, ALTER TABLE, Notes).",
     "Add a column of the new type, write both, copy in batches, then switch readers."},
    migration_changing_column_type::check,
    MigrationFiles::forward,
    InBodies::yes};

}  // namespace kairon::lint
