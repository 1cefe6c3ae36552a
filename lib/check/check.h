#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/store.h"
#include "check/verdict_cache.h"
#include "lint/finding.h"
#include "lint/migration_lint.h"
#include "lint/ruleset.h"
#include "repository/snapshot.h"

namespace kairon::check {

/// How the migrations of one history are judged.
struct MigrationRequest {
  std::string name;  ///< of the history; "" = the only one
  std::string folder = "db/migrations";
  lint::MigrationOptions options;
};

/// What to check and against what.
struct CheckRequest {
  const repository::Snapshot* now = nullptr;
  /// The state before: findings of cross-file rules that it already had do not count at files that
  /// are not changed. Null: everything of `now` counts.
  const repository::Snapshot* base = nullptr;
  /// Report only at these paths (and what a change elsewhere breaks). Unset: at all of them.
  std::optional<std::set<std::string>> only;
  int shard = 0;  ///< 0-based
  int shards = 1;
  /// n8n's node descriptions; null: the rules that need them do not run.
  const catalogue::Catalogue* catalogue = nullptr;
  /// The upgrade of n8n that is judged (check --target).
  lint::Upgrade target;
  std::vector<MigrationRequest> migrations = std::vector<MigrationRequest>(1);  ///< of every history
  /// What the schema rules found (check/schema_check.h), by path; null: no database was asked.
  const std::map<std::string, std::vector<lint::Finding>>* schema = nullptr;
  /// The state whose migrations may no longer change. Null: every migration is new.
  const repository::Snapshot* published = nullptr;
};

/// The findings, after rule set, overrides and suppressions.
struct CheckResult {
  std::vector<lint::Finding> findings;
  std::size_t files = 0;
  std::size_t suppressed = 0;
};

/// Judges workflows and migrations of a state. Throws Error(environment) when something cannot be read.
[[nodiscard]] CheckResult run_check(const CheckRequest& request, const lint::Ruleset& ruleset, VerdictCache& cache);

/// Returns the node catalogue that the settings name.
[[nodiscard]] catalogue::Choice catalogue_of(const config::Settings& settings);

/// Returns what is said before findings: settings that were refused or not understood, and severities of unknown
/// rules (config/ does not know the rules).
[[nodiscard]] std::vector<config::Notice> notices_of(const config::Settings& settings);

/// Returns the rule set of the settings, with all severities of `[lint]` sections and variables.
[[nodiscard]] lint::Ruleset ruleset_of(const config::Settings& settings);

/// Returns the paths whose content differs between two states, deleted ones included.
[[nodiscard]] std::set<std::string> changed_paths(const repository::Snapshot& before, const repository::Snapshot& now);

/// Returns the file of a repository's verdicts: `<git dir>/kairon/verdicts`.
[[nodiscard]] std::string verdict_path(const git::GitSource& source);

}  // namespace kairon::check
