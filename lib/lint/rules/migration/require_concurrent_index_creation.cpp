#include "base/format.h"
#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_require_concurrent_index_creation {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const MigrationStatement& statement : input.statements()) {
    if (!statement.is("IndexStmt") || statement.node["concurrent"].boolean()) continue;
    if (input.is_new_table(statement.node["relation"])) continue;
    report.at(statement,
              format("building the index blocks every write to {}", qualified_name(statement.node["relation"])));
  }
}

}  // namespace

}  // namespace migration_require_concurrent_index_creation

extern const MigrationRule kMigrationRequireConcurrentIndexCreation;
const MigrationRule kMigrationRequireConcurrentIndexCreation{
    {"migration/require-concurrent-index-creation", Severity::warning, Scope::by_evidence,
     "creates an index without CONCURRENTLY on a table that this transaction did not create",
     "A plain CREATE INDEX holds a SHARE lock until it is done: every INSERT, UPDATE and "
     "DELETE waits (PostgreSQL documentation, CREATE INDEX, \"Building Indexes Concurrently\").",
     "CREATE INDEX CONCURRENTLY in a file of its own with -- kairon: no-transaction."},
    migration_require_concurrent_index_creation::check,
    MigrationFiles::all,
    InBodies::yes};

}  // namespace kairon::lint
