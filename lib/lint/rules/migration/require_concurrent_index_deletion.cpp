#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_require_concurrent_index_deletion {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const MigrationStatement& statement : input.statements()) {
    if (!statement.is("DropStmt") || statement.node["removeType"].string() != "OBJECT_INDEX") continue;
    if (!statement.node["concurrent"].boolean())
      report.at(statement, "dropping an index locks its table against reads and writes");
  }
}

}  // namespace

}  // namespace migration_require_concurrent_index_deletion

extern const MigrationRule kMigrationRequireConcurrentIndexDeletion;
const MigrationRule kMigrationRequireConcurrentIndexDeletion{
    {"migration/require-concurrent-index-deletion", Severity::warning, Scope::by_evidence,
     "drops an index without CONCURRENTLY",
     "DROP INDEX takes ACCESS EXCLUSIVE on the index and its table: it waits for every running "
     "query, and all later ones wait for it (PostgreSQL documentation, DROP INDEX).",
     "DROP INDEX CONCURRENTLY in a file with -- kairon: no-transaction."},
    migration_require_concurrent_index_deletion::check,
    MigrationFiles::forward,
    InBodies::yes};

}  // namespace kairon::lint
