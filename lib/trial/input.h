#pragma once
#include <string>
#include <vector>

#include "config/settings.h"
#include "git/source.h"
#include "trial/trial.h"

namespace kairon::trial {

/// What to try. With `files` (paths below the top, or anywhere outside a repository) those; else every
/// migration of `tip` ("" = the work tree) that `base` does not have.
struct TrialRequest {
  std::vector<std::string> files;
  std::string base;  ///< revision of the base, "" = nothing is there yet
  std::string tip;   ///< revision to try, "" = the work tree
};

/// Collects migrations, schema and newest backup. `source` is null outside of a repository: then
/// earlier files of the same folder are the chain.
[[nodiscard]] TrialOptions trial_input(git::GitSource* source, const config::Settings& settings,
                                       const TrialRequest& request);

/// What else the push that brings the schema file may stand on, where `from_nothing` (what trial_input() gave for the
/// same request) has none: the schema file as it was first committed, first
/// with every migration new on it, then with those that came in the same commit taken as part of it. A chain
/// that `from_nothing` has comes after the schema. Empty when there is another base or no schema file.
[[nodiscard]] std::vector<TrialOptions> schema_bases(git::GitSource& source, const config::Settings& settings,
                                                     const TrialRequest& request, const TrialOptions& from_nothing);

/// What the migrations of a request may stand on when its base does not load: the schema file of the tip, where it is
/// another one than `base` has; first with every migration new on it, then with all of them taken as part of it. Empty
/// when there is none. A published state that does not load must not block what repairs it.
[[nodiscard]] std::vector<TrialOptions> repaired_bases(git::GitSource& source, const config::Settings& settings,
                                                       const TrialRequest& request, const TrialOptions& from);

/// Migrations that `base` has as they are, and whose rollback alone is another one at the tip (or is gone): one trial
/// each, on what stood when the migration came. That is the commit before it, and what came with it and runs
/// earlier; a backup would have it already. Empty for a request with files or without a base.
[[nodiscard]] std::vector<TrialOptions> changed_rollbacks(git::GitSource& source, const config::Settings& settings,
                                                          const TrialRequest& request);

/// SQLSTATEs of what is not there (undefined_table, _column, _function, _object, invalid_schema_name) and of
/// what is there already (their duplicate_ twins, and invalid_table_definition for a second primary key);
/// PostgreSQL docs, appendix A.
[[nodiscard]] bool is_missing_object(const std::string& sqlstate);
[[nodiscard]] bool is_present_object(const std::string& sqlstate);

/// Gives a base the dump of the newest good backup in `[backup] directory` (relative to `top`), decrypted
/// where it has to be; else the newest file of pg_dump's custom format that somebody else put there. Where
/// the newest one cannot be decrypted, the base's note says so and it goes without.
void choose_backup(Base& base, const config::Settings& settings, const std::string& top);

/// Those of `chain` that `revision`'s schema file may not hold: stems that the commit before it was last
/// written (first parents only) does not have. One that came in the same commit may be in it or stand on it:
/// load_base() finds out by running it. Without a schema file: none.
[[nodiscard]] std::vector<migrate::Source> since_schema(git::GitSource& source, const std::string& revision,
                                                        const config::Settings& settings,
                                                        const std::vector<migrate::Source>& chain);

/// The migrations of a commit, in the folder and layout that settings name. Throws Error(environment).
[[nodiscard]] std::vector<migrate::Source> read_commit(git::GitSource& source, const std::string& revision,
                                                       const config::Settings& settings);

/// [kairon] missingExtensions.
[[nodiscard]] MissingExtensions missing_extensions(const config::Settings& settings);

/// `[gate] fence`, which only the user sets.
[[nodiscard]] postgres::FenceMode fence_mode(const config::Settings& settings);

/// Key of a verdict: the migrations, their base, the server's version.
[[nodiscard]] std::string verdict_key(const TrialOptions& options);
/// True when that content passed before. `folder` is in the git dir.
[[nodiscard]] bool verdict_known(const std::string& folder, const std::string& key);
void remember_verdict(const std::string& folder, const std::string& key);

}  // namespace kairon::trial
