#include "base/format.h"
#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_truncate {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const MigrationStatement& statement : input.statements()) {
    // With CASCADE migration/ban-truncate-cascade says it.
    if (!statement.is("TruncateStmt") || statement.node["behavior"].string() == "DROP_CASCADE") continue;
    for (const sql::Node table : statement.node["relations"]) {
      const sql::Node relation = table["RangeVar"];
      if (!input.created_here(relation))
        report.at(statement.offset(relation), format("every row of {} is gone", qualified_name(relation)));
    }
  }
}

}  // namespace

}  // namespace migration_truncate

extern const MigrationRule kMigrationTruncate;
const MigrationRule kMigrationTruncate{
    {"migration/truncate", Severity::warning, Scope::by_evidence, "truncates a table that the file did not create",
     "It empties the table under ACCESS EXCLUSIVE, fires no DELETE trigger and is not "
     "MVCC-safe: transactions that are still running see the table empty (PostgreSQL "
     "documentation, TRUNCATE, Notes).",
     "Delete what has to go with a WHERE, or allow it: -- kairon: allow migration/truncate "
     "REASON."},
    migration_truncate::check,
    MigrationFiles::all,
    InBodies::yes};

}  // namespace kairon::lint
