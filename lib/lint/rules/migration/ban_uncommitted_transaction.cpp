#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_ban_uncommitted_transaction {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  const MigrationStatement* open = nullptr;
  for (const MigrationStatement& statement : input.statements()) {
    const std::string_view kind = transaction_kind(statement);
    if (kind == "BEGIN") open = &statement;
    if (kind.starts_with("COMMIT") || kind == "ROLLBACK" || kind == "ROLLBACK_PREPARED") open = nullptr;
  }
  if (open != nullptr) report.at(*open, "the transaction is never committed: all its work is lost");
}

}  // namespace

}  // namespace migration_ban_uncommitted_transaction

extern const MigrationRule kMigrationBanUncommittedTransaction;
const MigrationRule kMigrationBanUncommittedTransaction{
    {"migration/ban-uncommitted-transaction", Severity::error, Scope::always, "begins a transaction that nothing ends",
     "When the connection closes, everything since BEGIN is rolled back without an error.",
     "End the file with COMMIT, or leave the transaction to the runner."},
    migration_ban_uncommitted_transaction::check};

}  // namespace kairon::lint
