#include "check/judge.h"

#include <algorithm>
#include <chrono>

#include "base/format.h"
#include "base/guard.h"
#include "base/text.h"
#include "check/check.h"
#include "check/migration_check.h"
#include "config/keys.h"
#include "lint/reporter.h"

namespace kairon::lint {
extern const RuleInfo kFileUnmerged;
}  // namespace kairon::lint

namespace kairon::check {

namespace {

using lint::Finding;

/// Without a catalogue a few rules are off. A commit may be made that way; what others get may not, when the settings
/// pin the catalogue.
void tell_of_catalogue(const catalogue::Choice& nodes, const Subject& subject, const config::Settings& settings,
                       const JudgeOptions& options, Judgement& judgement) {
  if (nodes.catalogue) judgement.catalogue_version = nodes.catalogue->version();
  if (nodes.catalogue) return;
  const std::string wanted = settings.value(config::kN8nVersion);
  judgement.pinned = !wanted.empty();
  judgement.no_catalogue = nodes.note;
  if (subject.leaves && judgement.pinned && !options.fewer_rules)
    throw environment_error(format("the node catalogue of n8n {} ([kairon] n8nVersion) is missing, and without it a "
                                   "part of the rules is off",
                                   text::printable(wanted)),
                            format("kairon catalogue update --npm {}", text::printable(wanted)));
}

CheckRequest request_for(const Subject& subject, const config::Settings& settings, const JudgeOptions& options) {
  CheckRequest request;
  request.now = &subject.now;
  request.base = subject.base ? &*subject.base : nullptr;
  request.published = subject.published ? &*subject.published : nullptr;
  request.only = subject.only;
  request.shard = options.shard;
  request.shards = options.shards;
  request.target = options.target;
  request.schema = options.schema;
  configure_migrations(request, settings);
  if (options.transaction)
    for (MigrationRequest& one : request.migrations) one.options.transaction = *options.transaction;
  return request;
}

CheckResult run(CheckRequest request, const lint::Ruleset& ruleset, VerdictCache& cache,
                std::vector<std::string>& notes) {
  try {
    return run_check(request, ruleset, cache);
  } catch (const BaseUnreadable& error) {
    notes.push_back(comparison_left_out(error));
    request.base = nullptr;
    return run_check(request, ruleset, cache);
  }
}

std::optional<BaselineFile> baseline_of(const Subject& subject, const config::Settings& settings,
                                        const JudgeOptions& options) {
  if (options.without_baseline) return std::nullopt;
  if (options.baseline) return options.baseline;
  return subject.read ? configured_baseline(settings, subject.read) : std::nullopt;
}

/// No setting lowers this finding: nothing of the state was looked at.
std::vector<Finding> unmerged_findings(const std::set<std::string>& paths) {
  std::vector<Finding> findings;
  lint::Reporter report(findings);
  for (const std::string& path : paths) {
    report.enter(lint::kFileUnmerged, path, {});
    report.add({}, {}, "has an unresolved merge conflict in the index",
               format("resolve the conflict, then type: git add '{}'", text::printable(path)));
  }
  return findings;
}

}  // namespace

Judgement judge(git::GitSource* source, const Subject& subject, const config::Settings& settings,
                const JudgeOptions& options) {
  const auto begun = std::chrono::steady_clock::now();
  Judgement judgement;
  judgement.notes = subject.notes;
  report::CheckReport& report = judgement.report;
  report.tool_version = version();
  if (subject.empty) return judgement;
  if (!subject.unmerged.empty()) {
    report.findings = unmerged_findings(subject.unmerged);
    report.files = report.findings.size();
    report::count(report);
    return judgement;
  }
  CheckRequest request = request_for(subject, settings, options);
  const lint::Ruleset ruleset = ruleset_of(settings);
  const std::optional<BaselineFile> baseline = baseline_of(subject, settings, options);
  const catalogue::Choice own =
      options.catalogue == nullptr && !subject.now.workflows.empty() ? catalogue_of(settings) : catalogue::Choice{};
  const catalogue::Choice& nodes = options.catalogue == nullptr ? own : *options.catalogue;
  if (!subject.now.workflows.empty()) tell_of_catalogue(nodes, subject, settings, options, judgement);
  request.catalogue = nodes.catalogue.get();
  std::optional<VerdictCache> own_cache;
  VerdictCache& cache = options.cache != nullptr
                            ? *options.cache
                            : own_cache.emplace(source == nullptr ? std::string() : verdict_path(*source), "");
  CheckResult result = run(std::move(request), ruleset, cache, judgement.notes);
  if (own_cache) own_cache->save();
  // New to the remote is new, whatever a baseline says: only the state is held against it.
  if (baseline) report.baseline = apply_baseline(*baseline, result.findings, subject.untouched);
  if (subject.outgoing && !options.without_history) {
    std::vector<Finding> found = search_outgoing(*source, settings, ruleset, *subject.outgoing);
    std::move(found.begin(), found.end(), std::back_inserter(result.findings));
  }
  report.findings = std::move(result.findings);
  report.files = result.files;
  report.suppressed = result.suppressed;
  if (!options.infos)
    std::erase_if(report.findings, [](const Finding& finding) { return finding.severity == lint::Severity::info; });
  lint::sort_findings(report.findings);
  report::count(report);
  report.elapsed_ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count();
  return judgement;
}

}  // namespace kairon::check
