#include "lint/migration_rule.h"
#include "lint/support/rewrites.h"

namespace kairon::lint {
namespace migration_cluster {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  if (input.version() >= PgVersion{19, std::nullopt}) return;
  for (const MigrationStatement& statement : input.statements()) {
    if (statement.is("ClusterStmt") && rewrites_table(statement))
      report.at(statement, "the table is locked while it is written anew");
  }
}

}  // namespace

}  // namespace migration_cluster

extern const MigrationRule kMigrationCluster;
const MigrationRule kMigrationCluster{
    {"migration/cluster", Severity::warning, Scope::by_evidence, "rewrites a table with CLUSTER",
     "The table and its indexes are written anew under ACCESS EXCLUSIVE (PostgreSQL "
     "documentation, CLUSTER). From 19 on migration/prefer-repack says it.",
     "Use pg_repack, or do it in a maintenance window."},
    migration_cluster::check,
    MigrationFiles::all,
    InBodies::yes};

}  // namespace kairon::lint
