#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "lint/finding.h"
#include "lint/migration_input.h"
#include "migration/set.h"

namespace kairon::lint {

struct MigrationOptions {
  PgVersion version;  ///< `postgresVersion`, or that of the server found
  RunsInTransaction transaction = RunsInTransaction::automatic;
};

/// One `-- kairon: allow RULE REASON` of a file.
struct Allowance {
  std::string rule;
  std::size_t line = 1;
  std::size_t column = 1;
};

/// What one file's content says under these options: may be kept in the verdict cache.
struct MigrationVerdict {
  std::vector<Finding> findings;  ///< before rule set, overrides and allowances
  std::vector<Allowance> allowed;
};

/// Runs every per-file rule over a SQL file. The name decides whether it is a rollback file. Never
/// throws on any content: what is wrong with it is a finding.
[[nodiscard]] MigrationVerdict lint_migration_file(const std::string& path, std::string text,
                                                   const MigrationOptions& options);

/// Takes out the findings that the file itself allows; returns how many. `findings` are those of
/// that file, of file and set rules together. An allowance that allowed nothing becomes a finding
/// `suppression/unused`, unless its rule is in `not_run`.
std::size_t apply_allowances(const std::vector<Allowance>& allowed, const std::string& path,
                             std::vector<Finding>& findings, const std::vector<std::string_view>& not_run);

/// Two states of the migrations folder, for the rules over the set.
struct MigrationSetInput {
  std::string folder = "db/migrations";
  /// What the pushed-to branch (or HEAD) has, sub-folders included. Empty when there is no base: then every
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
