#include "base/format.h"
#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_require_concurrent_partition_detach {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const AlterAction& action : input.actions()) {
    if (!action.is("AT_DetachPartition") || action.command["def"]["PartitionCmd"]["concurrent"].boolean()) continue;
    report.at(action,
              format("detaching locks {} and the partition against reads and writes", qualified_name(action.relation)));
  }
}

}  // namespace

}  // namespace migration_require_concurrent_partition_detach

extern const MigrationRule kMigrationRequireConcurrentPartitionDetach;
const MigrationRule kMigrationRequireConcurrentPartitionDetach{
    {"migration/require-concurrent-partition-detach", Severity::warning, Scope::by_evidence,
     "detaches a partition without CONCURRENTLY or FINALIZE",
     "A plain DETACH takes ACCESS EXCLUSIVE on the parent and the partition (PostgreSQL "
     "documentation, ALTER TABLE, \"DETACH PARTITION\").",
     "DETACH PARTITION ... CONCURRENTLY (from 14) in a file with -- kairon: no-transaction."},
    migration_require_concurrent_partition_detach::check,
    MigrationFiles::all,
    InBodies::yes};

}  // namespace kairon::lint
