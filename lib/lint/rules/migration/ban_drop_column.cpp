#include "base/format.h"
#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_ban_drop_column {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const AlterAction& action : input.actions()) {
    if (!action.is("AT_DropColumn")) continue;
    report.at(action, format("dropping column {0}.{1} loses its data and breaks whoever still reads it",
                             qualified_name(action.relation), action.command["name"].string()));
  }
}

}  // namespace

}  // namespace migration_ban_drop_column

extern const MigrationRule kMigrationBanDropColumn;
const MigrationRule kMigrationBanDropColumn{
    {"migration/ban-drop-column", Severity::warning, Scope::by_evidence, "drops a column that clients may still read",
     "The data is gone for good, and every query and workflow that still names the column "
     "fails from that moment.",
     "Stop using the column first; then allow it with -- kairon: allow "
     "migration/ban-drop-column REASON."},
    migration_ban_drop_column::check,
    MigrationFiles::forward,
    InBodies::yes};

}  // namespace kairon::lint
