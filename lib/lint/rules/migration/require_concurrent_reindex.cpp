#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_require_concurrent_reindex {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const MigrationStatement& statement : input.statements()) {
    if (!statement.is("ReindexStmt") || statement.node["kind"].string() == "REINDEX_OBJECT_SYSTEM") continue;
    bool concurrently = statement.node["concurrent"].boolean();  // where parsers before 14 keep it
    for (const sql::Node option : statement.node["params"]) {
      concurrently = concurrently || option["DefElem"]["defname"].string() == "concurrently";
    }
    if (!concurrently)
      report.at(statement, "rebuilding the index blocks writes to its table, and reads that use the index");
  }
}

}  // namespace

}  // namespace migration_require_concurrent_reindex

extern const MigrationRule kMigrationRequireConcurrentReindex;
const MigrationRule kMigrationRequireConcurrentReindex{
    {"migration/require-concurrent-reindex", Severity::warning, Scope::by_evidence, "reindexes without CONCURRENTLY",
     "REINDEX takes ACCESS EXCLUSIVE on the index and SHARE on its table: writes wait, and so "
     "do reads that plan with the index (PostgreSQL documentation, REINDEX, \"Rebuilding "
     "Indexes Concurrently\").",
     "REINDEX (CONCURRENTLY) in a file with -- kairon: no-transaction."},
    migration_require_concurrent_reindex::check,
    MigrationFiles::all,
    InBodies::yes};

}  // namespace kairon::lint
