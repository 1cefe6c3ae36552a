#include "base/format.h"
#include "lint/migration_rule.h"
#include "lint/support/timeouts.h"

namespace kairon::lint {
namespace migration_require_timeout_settings {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  const MigrationStatement* lock = first_without_timeout(input, "lock_timeout");
  const MigrationStatement* statement = first_without_timeout(input, "statement_timeout");
  if (lock == nullptr && statement == nullptr) return;
  const bool both = lock != nullptr && statement != nullptr;
  const std::string_view missing = both              ? "lock_timeout and statement_timeout are"
                                   : lock != nullptr ? "lock_timeout is"
                                                     : "statement_timeout is";
  report.at(lock != nullptr ? *lock : *statement, format("{} not set before this statement", missing));
}

}  // namespace

}  // namespace migration_require_timeout_settings

extern const MigrationRule kMigrationRequireTimeoutSettings;
const MigrationRule kMigrationRequireTimeoutSettings{
    {"migration/require-timeout-settings", Severity::info, Scope::style,
     "runs DDL before SET lock_timeout or SET statement_timeout",
     "A statement that waits for a lock lets every later query wait too; a timeout ends "
     "that (PostgreSQL documentation, section 20.11, lock_timeout and statement_timeout). "
     "Kairon's own runner sets lock_timeout for every run.",
     "SET lock_timeout = '1s'; SET statement_timeout = '30s'; at the top of the file, where "
     "another runner is used."},
    migration_require_timeout_settings::check,
    MigrationFiles::forward};

}  // namespace kairon::lint
