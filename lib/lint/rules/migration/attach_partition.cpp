#include <set>

#include "base/format.h"
#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_attach_partition {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  std::set<std::string_view> checked;
  for (const AlterAction& action : input.actions()) {
    const bool check = action.is("AT_AddConstraint") && action.constraint()["contype"].string() == "CONSTR_CHECK";
    if (check || action.is("AT_ValidateConstraint")) checked.insert(action.relation["relname"].string());
    if (!action.is("AT_AttachPartition")) continue;
    const sql::Node partition = action.command["def"]["PartitionCmd"]["name"];
    if (input.created_here(partition) || checked.contains(partition["relname"].string())) continue;
    report.at(action, format("all of {} is read while it is locked", qualified_name(partition)));
  }
}

}  // namespace

}  // namespace migration_attach_partition

extern const MigrationRule kMigrationAttachPartition;
const MigrationRule kMigrationAttachPartition{
    {"migration/attach-partition", Severity::warning, Scope::by_evidence, "attaches a partition that was filled before",
     "The table is read under ACCESS EXCLUSIVE to prove that its rows fit, and the default "
     "partition with it, unless a validated CHECK says so (PostgreSQL documentation, ALTER "
     "TABLE, \"ATTACH PARTITION\").",
     "Add the matching CHECK as NOT VALID and validate it in an earlier migration."},
    migration_attach_partition::check,
    MigrationFiles::all,
    InBodies::yes};

}  // namespace kairon::lint
