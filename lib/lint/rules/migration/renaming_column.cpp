#include "base/format.h"
#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_renaming_column {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const MigrationStatement& statement : input.statements()) {
    if (!statement.is("RenameStmt") || statement.node["renameType"].string() != "OBJECT_COLUMN") continue;
    if (statement.node["relationType"].string() != "OBJECT_TABLE") continue;
    report.at(first_action(statement),
              format("whoever still reads {}.{} breaks", qualified_name(statement.node["relation"]),
                     statement.node["subname"].string()));
  }
}

}  // namespace

}  // namespace migration_renaming_column

extern const MigrationRule kMigrationRenamingColumn;
const MigrationRule kMigrationRenamingColumn{
    {"migration/renaming-column", Severity::warning, Scope::by_evidence, "renames a column that clients may still use",
     "Every query, workflow and view definition outside the database that uses the old name "
     "fails from that moment.",
     "Add a column of the new name, write both, switch readers, then drop the old one."},
    migration_renaming_column::check,
    MigrationFiles::forward,
    InBodies::yes};

}  // namespace kairon::lint
