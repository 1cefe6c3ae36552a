#include "base/format.h"
#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_own_transaction {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  // With the transaction given from outside, migration/transaction-nesting says what is wrong.
  if (input.assumes_transaction()) return;
  const migration::Layout& layout = input.file().layout();
  if (!layout.is_ours() && !layout.wraps) return;  // there it is the usual form
  for (const MigrationStatement& statement : input.statements()) {
    const std::string_view kind = transaction_kind(statement);
    if (kind != "BEGIN" && kind != "COMMIT" && kind != "ROLLBACK") continue;
    report.at(statement, layout.is_ours()
                             ? std::string("the file runs in transactions of its own")
                             : format("the file ends the transaction that {} opens around it", layout.tool));
    return;
  }
}

}  // namespace

}  // namespace migration_own_transaction

extern const MigrationRule kMigrationOwnTransaction;
const MigrationRule kMigrationOwnTransaction{
    {"migration/own-transaction", Severity::warning, Scope::always, "begins or ends transactions itself",
     "It then runs as it is: not in one transaction with the row that records it, so that a "
     "failure between the two leaves it applied and not recorded.",
     "Leave BEGIN and COMMIT to the runner."},
    migration_own_transaction::check};

}  // namespace kairon::lint
