#include "lint/migration_rule.h"
#include "lint/support/rewrites.h"

namespace kairon::lint {
namespace migration_prefer_repack {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  if (input.version() < PgVersion{19, std::nullopt}) return;
  for (const MigrationStatement& statement : input.statements()) {
    if (rewrites_table(statement)) report.at(statement, "the table is locked while it is written anew");
  }
}

}  // namespace

}  // namespace migration_prefer_repack

extern const MigrationRule kMigrationPreferRepack;
const MigrationRule kMigrationPreferRepack{
    {"migration/prefer-repack", Severity::warning, Scope::by_evidence,
     "runs CLUSTER or VACUUM FULL on a server that has REPACK",
     "Both hold ACCESS EXCLUSIVE while the table is written anew; from 19 on REPACK "
     "(CONCURRENTLY) does the same work next to readers and writers.",
     "REPACK (CONCURRENTLY)."},
    migration_prefer_repack::check,
    MigrationFiles::all,
    InBodies::yes};

}  // namespace kairon::lint
