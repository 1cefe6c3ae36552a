#include "lint/migration_rule.h"
#include "lint/support/timeouts.h"

namespace kairon::lint {
namespace migration_require_statement_timeout {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  if (const MigrationStatement* first = first_without_timeout(input, "statement_timeout")) {
    report.at(*first, "no statement_timeout is set before this statement");
  }
}

}  // namespace

}  // namespace migration_require_statement_timeout

extern const MigrationRule kMigrationRequireStatementTimeout;
const MigrationRule kMigrationRequireStatementTimeout{
    {"migration/require-statement-timeout", Severity::info, Scope::style, "runs DDL before SET statement_timeout",
     "A statement that waits for a lock lets every later query wait too; a timeout ends "
     "that (PostgreSQL documentation, section 20.11, lock_timeout and statement_timeout). "
     "Kairon's own runner sets lock_timeout for every run.",
     "SET lock_timeout = '1s'; SET statement_timeout = '30s'; at the top of the file, where "
     "another runner is used."},
    migration_require_statement_timeout::check,
    MigrationFiles::forward};

}  // namespace kairon::lint
