#include "base/format.h"
#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_renaming_table {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const MigrationStatement& statement : input.statements()) {
    if (!statement.is("RenameStmt") || statement.node["renameType"].string() != "OBJECT_TABLE") continue;
    report.at(first_action(statement),
              format("whoever still reads {} breaks", qualified_name(statement.node["relation"])));
  }
}

}  // namespace

}  // namespace migration_renaming_table

extern const MigrationRule kMigrationRenamingTable;
const MigrationRule kMigrationRenamingTable{
    {"migration/renaming-table", Severity::warning, Scope::by_evidence, "renames a table that clients may still use",
     "Every query and workflow that uses the old name fails from that moment.",
     "Rename and create a view of the old name in the same migration, until all readers have "
     "moved."},
    migration_renaming_table::check,
    MigrationFiles::forward,
    InBodies::yes};

}  // namespace kairon::lint
