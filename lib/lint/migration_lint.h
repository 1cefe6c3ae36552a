#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "lint/check.h"
#include "lint/finding.h"
#include "lint/migration_input.h"
#include "migration/set.h"

namespace kairon::lint {

struct MigrationOptions {
  PgVersion version;  ///< `postgresVersion`, or that of the server found
  RunsInTransaction transaction = RunsInTransaction::automatic;
  const migration::Layout* layout = &migration::kairon_layout();
  bool no_transaction = false;  ///< the companion of the file says so (metadata.toml)
};

/// Runs every per-file rule over a SQL file. The name decides whether it is a rollback file. Never
/// throws on any content: what is wrong with it is a finding. The verdict's facts hold nothing but
/// the file's `-- kairon: allow` comments: apply_suppressions() does the rest.
[[nodiscard]] FileVerdict lint_migration_file(const std::string& path, std::string text,
                                              const MigrationOptions& options);

/// Two states of the migrations folder, for the rules over the set.
struct MigrationSetInput {
  std::string folder = "db/migrations";
  const migration::Layout* layout = &migration::kairon_layout();
  /// What the pushed-to branch (or HEAD) has, sub-folders included. Empty without a base: then every
  /// file counts as new, and nothing can be out of order or changed.
  std::vector<migration::Entry> base;
  /// What is being checked, sub-folders included.
  std::vector<migration::Entry> now;
  /// Text of an entry of `now`; called for migrations without a rollback file only.
  std::function<std::string(const migration::Entry&)> read;
};

/// Runs the set rules (collision, out-of-order, immutable, no-rollback, orphan-rollback) over what
/// is new or changed between base and now.
[[nodiscard]] std::vector<Finding> lint_migration_set(const MigrationSetInput& input);

}  // namespace kairon::lint
