#include "check/migration_check.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "base/error.h"
#include "base/format.h"
#include "base/hash.h"
#include "base/signals.h"
#include "base/text.h"
#include "lint/check.h"
#include "lint/migration_rule.h"
#include "lint/migration_set.h"

namespace kairon::check {

namespace {

using lint::FileVerdict;
using lint::Finding;

/// The history that a file belongs to: that of the innermost folder above it, else the first.
const MigrationRequest& history_of(const CheckRequest& request, const std::string& path) {
  const MigrationRequest* best = nullptr;
  for (const MigrationRequest& one : request.migrations)
    if (path.starts_with(one.folder + "/") && (best == nullptr || best->folder.size() < one.folder.size())) best = &one;
  return best == nullptr ? request.migrations.front() : *best;
}

/// Judges one history.
class MigrationRun {
 public:
  MigrationRun(const CheckRequest& request, const MigrationRequest& history, const lint::Ruleset& ruleset,
               VerdictCache& cache, CheckResult& result)
      : request_(request), history_(history), ruleset_(ruleset), cache_(cache), result_(result) {
    const lint::PgVersion& version = history.options.version;
    options_id_ = format("+pg{}.{}tx{}{}", version.major, version.minor ? std::to_string(*version.minor) : "",
                         static_cast<int>(history.options.transaction),
                         history.options.layout->is_ours() ? "" : history.options.layout->name);
    reports_style_ = ruleset.is_strict();
  }

  void go() {
    std::map<std::string, std::vector<Finding>> set_findings = findings_of_set();
    for (const repository::SnapshotFile& file : request_.now->migrations) {
      signals::check();
      if (&history_of(request_, file.path) != &history_) continue;
      auto found = set_findings.find(file.path);
      const bool reported = is_reported(file.path);
      if (!reported && found == set_findings.end()) continue;
      FileVerdict verdict = reported ? judge(file) : FileVerdict{};
      if (found != set_findings.end()) {
        std::move(found->second.begin(), found->second.end(), std::back_inserter(verdict.findings));
        set_findings.erase(found);
      }
      if (reported) ++result_.files;
      finish(file.path, verdict);
    }
    // What is said of files that are gone.
    for (auto& [path, findings] : set_findings) {
      FileVerdict verdict;
      verdict.findings = std::move(findings);
      finish(path, verdict);
    }
  }

 private:
  FileVerdict judge(const repository::SnapshotFile& file) {
    lint::MigrationOptions options = history_.options;
    std::string identity = file.identity + options_id_;
    if (const auto* companion = request_.now->other(migration::companion_of(*options.layout, file.path))) {
      options.no_transaction = migration::turns_transaction_off(*options.layout, request_.now->read(*companion));
      identity += options.no_transaction ? "+off" : "";
    }
    if (auto known = cache_.find(identity, file.path)) return std::move(*known);
    FileVerdict verdict = lint::lint_migration_file(file.path, request_.now->read(file), options);
    cache_.remember(identity, file.path, verdict);
    return verdict;
  }

  [[nodiscard]] bool is_reported(const std::string& path) const {
    if (request_.only && !request_.only->contains(path)) return false;
    return request_.shards == 1 || hash::fnv1a(path) % static_cast<std::uint64_t>(request_.shards) ==
                                       static_cast<std::uint64_t>(request_.shard);
  }

  static std::vector<migration::Entry> entries_of(const repository::Snapshot* snapshot) {
    std::vector<migration::Entry> entries;
    if (snapshot == nullptr) return entries;
    for (const auto* files : {&snapshot->migrations, &snapshot->archived_migrations}) {
      for (const repository::SnapshotFile& file : *files) entries.push_back({file.path, file.identity});
    }
    return entries;
  }

  [[nodiscard]] std::vector<Finding> judge_set(const repository::Snapshot& now) const {
    lint::MigrationSetInput input;
    input.folder = history_.folder;
    input.layout = history_.options.layout;
    input.base = entries_of(request_.published);
    input.now = entries_of(&now);
    input.read = [&now](const migration::Entry& entry) { return now.read({entry.path, entry.content_id}); };
    return lint::lint_migration_set(input);
  }

  /// By path. As with the rules over all workflows, what the state before already had counts only
  /// at files that are looked at.
  [[nodiscard]] std::map<std::string, std::vector<Finding>> findings_of_set() const {
    std::map<std::string, std::vector<Finding>> by_path;
    if (!request_.now->complete) return by_path;
    std::set<std::tuple<std::string, std::string, std::string>> old;
    if (request_.base != nullptr) {
      for (const Finding& finding : judge_set(*request_.base)) {
        old.emplace(finding.rule, finding.path, finding.message.text);
      }
    }
    for (Finding& finding : judge_set(*request_.now)) {
      const bool fresh = request_.base != nullptr && !old.contains({finding.rule, finding.path, finding.message.text});
      if (is_reported(finding.path) || fresh) by_path[finding.path].push_back(std::move(finding));
    }
    return by_path;
  }

  void finish(const std::string& path, FileVerdict& verdict) {
    // What a rule over the folder says of a new file it does not say once the file is published, which keeps its note.
    std::vector<std::string_view> not_run;
    for (const lint::MigrationSetRule* rule : lint::migration_set_rules()) not_run.push_back(rule->info.id);
    // A note about style is not unused because style is not reported.
    for (const lint::MigrationRule* rule : lint::migration_rules())
      if (rule->info.scope == lint::Scope::style && !reports_style_) not_run.push_back(rule->info.id);
    ruleset_.apply(verdict.findings);
    result_.suppressed += verdict.ignored + lint::apply_suppressions(verdict.facts, path, verdict.findings, not_run);
    ruleset_.apply(verdict.findings);
    for (Finding& finding : verdict.findings) {
      finding.history = history_.name;
      result_.findings.push_back(std::move(finding));
    }
  }

  const CheckRequest& request_;
  const MigrationRequest& history_;
  const lint::Ruleset& ruleset_;
  VerdictCache& cache_;
  CheckResult& result_;
  std::string options_id_;
  bool reports_style_ = false;
};

}  // namespace

void check_migrations(const CheckRequest& request, const lint::Ruleset& ruleset, VerdictCache& cache,
                      CheckResult& result) {
  for (const MigrationRequest& one : request.migrations) MigrationRun(request, one, ruleset, cache, result).go();
}

void configure_migrations(CheckRequest& request, const config::Settings& settings) {
  lint::PgVersion version;
  if (const std::string wanted = settings.value(config::kPostgresVersion); !wanted.empty()) {
    const auto parsed = lint::parse_pg_version(wanted);
    if (!parsed)
      throw usage_error(format("'{}' is not a valid PostgreSQL version", text::printable(wanted)),
                        "write it like 15 or 15.4");
    version = *parsed;
  }
  request.migrations.clear();
  for (const config::Settings& one : settings.histories()) {
    MigrationRequest& history = request.migrations.emplace_back();
    history.name = one.history();
    history.folder = one.migrations_folder();
    history.options.layout = &migration::layout_of(one);
    history.options.version = version;
  }
}

}  // namespace kairon::check
