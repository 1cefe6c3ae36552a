#include "base/format.h"
#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_lock_table {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  constexpr long long kShare = 5;  // the weakest mode that conflicts with ROW EXCLUSIVE (lockdefs.h)
  for (const MigrationStatement& statement : input.statements()) {
    if (!statement.is("LockStmt") || statement.node["mode"].integer() < kShare) continue;
    for (const sql::Node table : statement.node["relations"]) {
      const sql::Node relation = table["RangeVar"];
      if (!input.created_here(relation))
        report.at(statement.offset(relation),
                  format("{} is locked against writes until the transaction ends", qualified_name(relation)));
    }
  }
}

}  // namespace

}  // namespace migration_lock_table

extern const MigrationRule kMigrationLockTable;
const MigrationRule kMigrationLockTable{
    {"migration/lock-table", Severity::warning, Scope::by_evidence, "locks a table in a mode that blocks writes",
     "Every writer, and with ACCESS EXCLUSIVE every reader, waits until the transaction ends "
     "(PostgreSQL documentation, section 13.3.1).",
     "Leave it out: each statement takes the lock that it needs."},
    migration_lock_table::check,
    MigrationFiles::all,
    InBodies::yes};

}  // namespace kairon::lint
