#include "base/format.h"
#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_ban_drop_not_null {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const AlterAction& action : input.actions()) {
    if (!action.is("AT_DropNotNull")) continue;
    report.at(option_offset(action), format("{0}.{1} may be NULL from now on: readers may not expect that",
                                            qualified_name(action.relation), action.command["name"].string()));
  }
}

}  // namespace

}  // namespace migration_ban_drop_not_null

extern const MigrationRule kMigrationBanDropNotNull;
const MigrationRule kMigrationBanDropNotNull{{"migration/ban-drop-not-null", Severity::warning, Scope::by_evidence,
                                              "drops NOT NULL from a column whose readers may not expect null",
                                              "Readers that rely on a value get NULL from now on.",
                                              "Make readers cope with NULL first; then allow it with -- kairon: allow "
                                              "migration/ban-drop-not-null REASON."},
                                             migration_ban_drop_not_null::check,
                                             MigrationFiles::forward,
                                             InBodies::yes};

}  // namespace kairon::lint
