#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "catalogue/store.h"
#include "check/baseline.h"
#include "check/schema_check.h"
#include "check/subject.h"
#include "check/verdict_cache.h"
#include "lint/migration_lint.h"
#include "lint/ruleset.h"
#include "report/findings.h"

namespace kairon::check {

/// What a caller may ask for beyond the verdict that every door gives. The defaults are the gate's.
struct JudgeOptions {
  int shard = 0;  ///< 0-based
  int shards = 1;
  std::optional<lint::RunsInTransaction> transaction;
  lint::Upgrade target;                          ///< the upgrade of n8n that is judged
  const catalogue::Choice* catalogue = nullptr;  ///< null: the one that settings name
  const SchemaFindings* schema = nullptr;        ///< what a database said; null: not asked
  std::optional<BaselineFile> baseline;          ///< in place of the one that settings name
  VerdictCache* cache = nullptr;                 ///< shared by several judgements, whose caller saves it; null: its own
  bool without_baseline = false;
  bool without_history = false;  ///< the history that leaves with the state is not searched
  bool fewer_rules = false;      ///< judge also what leaves without the catalogue that is pinned
  bool infos = false;            ///< keep findings of severity info
};

/// The judge's answer about a subject.
struct Judgement {
  report::CheckReport report;      ///< sorted and counted
  std::vector<std::string> notes;  ///< what is said after the findings, a line each
  std::string catalogue_version;   ///< of the node descriptions in force, "" without any
  std::string no_catalogue;        ///< why there are none, so that some rules are off; "" when there are
  bool pinned = false;             ///< the settings name the catalogue that is missing: worth a line by itself
  [[nodiscard]] ExitCode exit_code() const { return report.errors == 0 ? ExitCode::passed : ExitCode::blocked; }
};

/// Judges `subject` by `settings`; the one judge, which every hook and command asks. `source` is null outside of a
/// repository. Throws Error(usage) for invalid settings. Throws Error(environment) when the state cannot be read, and
/// when it leaves while its pinned catalogue is missing.
[[nodiscard]] Judgement judge(git::GitSource* source, const Subject& subject, const config::Settings& settings,
                              const JudgeOptions& options = {});

}  // namespace kairon::check
