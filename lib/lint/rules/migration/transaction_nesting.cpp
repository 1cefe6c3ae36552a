#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_transaction_nesting {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  bool open = input.assumes_transaction();
  for (const MigrationStatement& statement : input.statements()) {
    const std::string_view kind = transaction_kind(statement);
    const bool begins = kind == "BEGIN";
    const bool ends = kind.starts_with("COMMIT") || kind == "ROLLBACK" || kind == "ROLLBACK_PREPARED";
    if (!begins && !ends) continue;
    if (input.assumes_transaction()) {
      report.at(statement, begins ? "the migration already runs inside a transaction"
                                  : "this ends the transaction in which the migration runs");
    } else if (begins == open) {
      report.at(statement, begins ? "a transaction is already open" : "no transaction is open");
    }
    open = begins;
  }
}

}  // namespace

}  // namespace migration_transaction_nesting

extern const MigrationRule kMigrationTransactionNesting;
const MigrationRule kMigrationTransactionNesting{
    {"migration/transaction-nesting", Severity::warning, Scope::by_evidence,
     "begins a transaction inside another, or ends one that did not begin",
     "PostgreSQL has no nested transactions: BEGIN inside one only warns, and the first COMMIT "
     "ends the runner's own transaction, so that the rest of the file runs without one "
     "(PostgreSQL documentation, BEGIN and COMMIT, Notes).",
     "Leave the transaction to the runner, or use savepoints."},
    migration_transaction_nesting::check};

}  // namespace kairon::lint
