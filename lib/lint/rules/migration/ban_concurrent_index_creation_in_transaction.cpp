#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_ban_concurrent_index_creation_in_transaction {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  // A file that holds nothing else is left to migration/needs-no-transaction.
  if (input.statements().size() < 2) return;
  bool open = input.assumes_transaction();
  for (const MigrationStatement& statement : input.statements()) {
    const std::string_view kind = transaction_kind(statement);
    if (kind == "BEGIN") open = true;
    if (kind == "COMMIT") open = false;
    if (open && statement.is("IndexStmt") && statement.node["concurrent"].boolean()) {
      report.at(statement.offset_of_word("concurrently"), "CREATE INDEX CONCURRENTLY cannot run inside a transaction");
    }
  }
}

}  // namespace

}  // namespace migration_ban_concurrent_index_creation_in_transaction

extern const MigrationRule kMigrationBanConcurrentIndexCreationInTransaction;
const MigrationRule kMigrationBanConcurrentIndexCreationInTransaction{
    {"migration/ban-concurrent-index-creation-in-transaction", Severity::error, Scope::always,
     "creates an index CONCURRENTLY inside a transaction",
     "The server refuses it with 25001: CREATE INDEX CONCURRENTLY cannot run inside a "
     "transaction block (PostgreSQL documentation, CREATE INDEX).",
     "Give the index a file of its own with -- kairon: no-transaction."},
    migration_ban_concurrent_index_creation_in_transaction::check};

}  // namespace kairon::lint
