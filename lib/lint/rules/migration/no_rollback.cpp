#include "base/format.h"
#include "lint/migration_set.h"

namespace kairon::lint {
namespace migration_no_rollback {
namespace {

void check(const MigrationStates& input, SetReporter& report) {
  const migration::RollbackNeed need = input.now.layout().rollback;
  if (need == migration::RollbackNeed::none) return;
  for (const migration::Migration& one : input.now.migrations()) {
    if (!input.is_new(one) || !one.rollbacks.empty() || input.is_irreversible(one)) continue;
    const bool required = need == migration::RollbackNeed::required;
    report.at_file(one.forward.path, format("{} cannot be undone", one.version.stem),
                   required ? std::nullopt : std::optional(Severity::info),
                   required ? format("Write {}_rollback.sql, or `-- kairon: irreversible REASON` as its first line.",
                                     one.version.stem)
                            : std::string());
  }
}

}  // namespace

}  // namespace migration_no_rollback

extern const MigrationSetRule kMigrationNoRollback;
const MigrationSetRule kMigrationNoRollback{
    {"migration/no-rollback", Severity::error, Scope::always,
     "has neither a rollback file nor an irreversible directive",
     "When the deployment fails there is no tested way back.",
     "Write X_rollback.sql, or -- kairon: irreversible REASON as a leading comment."},
    migration_no_rollback::check};

}  // namespace kairon::lint
