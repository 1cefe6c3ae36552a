#include "lint/migration_rule.h"
#include "lint/support/rewrites.h"

namespace kairon::lint {
namespace migration_vacuum_full {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  if (input.version() >= PgVersion{19, std::nullopt}) return;
  for (const MigrationStatement& statement : input.statements()) {
    if (statement.is("VacuumStmt") && rewrites_table(statement))
      report.at(statement, "the table is locked while it is written anew");
  }
}

}  // namespace

}  // namespace migration_vacuum_full

extern const MigrationRule kMigrationVacuumFull;
const MigrationRule kMigrationVacuumFull{
    {"migration/vacuum-full", Severity::warning, Scope::by_evidence, "rewrites a table with VACUUM FULL",
     "The table and its indexes are written anew under ACCESS EXCLUSIVE (PostgreSQL "
     "documentation, VACUUM, \"FULL\"). From 19 on migration/prefer-repack says it.",
     "Use pg_repack, or do it in a maintenance window."},
    migration_vacuum_full::check,
    MigrationFiles::all,
    InBodies::yes};

}  // namespace kairon::lint
