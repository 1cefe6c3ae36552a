#include "gate/pre_push.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <map>
#include <unordered_set>

#include "base/file.h"
#include "base/format.h"
#include "base/signals.h"
#include "base/terminal.h"
#include "base/text.h"
#include "check/baseline.h"
#include "check/check.h"
#include "check/migration_check.h"
#include "check/weakening.h"
#include "gate/change_lines.h"
#include "gate/hook_chain.h"
#include "gate/push_pipeline.h"
#include "json/document.h"
#include "lint/check.h"
#include "lint/migration_lint.h"
#include "report/findings.h"
#include "repository/push_range.h"

namespace kairon::gate {

namespace {

using lint::Finding;
using terminal::Channel;

/// Findings in commits on the way to a tip: what was taken out again is in the history all the same.
class History {
 public:
  History(git::GitSource& source, const config::Settings& settings, const lint::Ruleset& ruleset,
          check::VerdictCache& cache)
      : source_(source),
        settings_(settings),
        ruleset_(ruleset),
        cache_(cache),
        folders_(repository::watched_folders(settings)) {}

  std::vector<Finding> search(const repository::PushedRef& pushed, const repository::Snapshot& tip) {
    for (const auto* files : {&tip.workflows, &tip.migrations}) {
      for (const repository::SnapshotFile& file : *files) seen_.insert(file.identity + file.path);
    }
    terminal::Progress progress("kairon: looking for secrets in new commits");
    std::size_t done = 0;
    for (const git::Oid& commit : pushed.new_commits) {
      signals::check();
      progress.update(format("{} of {}", ++done, pushed.new_commits.size()));
      search_commit(commit);
    }
    return std::move(findings_);
  }

 private:
  void search_commit(const git::Oid& commit) {
    const auto parents = source_.parents(commit);
    for (const git::Change& change : source_.tree_changes(parents.empty() ? "" : parents.front(), commit, folders_)) {
      const git::Entry& after = change.after;
      if (after.oid.empty() || !after.is_file()) continue;
      if (!settings_.is_workflow_path(change.path) && !settings_.is_migration_path(change.path)) continue;
      if (seen_.insert(after.oid + change.path).second) search_blob(commit, change);
    }
  }

  void search_blob(const git::Oid& commit, const git::Change& change) {
    const bool migration = settings_.is_migration_path(change.path);
    // Verdicts on SQL are kept per server version; secrets do not depend on it and are found anew.
    auto verdict = migration ? std::nullopt : cache_.find(change.after.oid, change.path);
    if (!verdict) {
      auto content = source_.read_blob(change.after.oid, json::kMaxBytes + 1);
      if (!content.ok()) {
        throw environment_error(format("cannot read {} of commit {}: {}", text::printable(change.path),
                                       commit.substr(0, 10), content.failure().message),
                                content.failure().remedy.empty() ? "run: git fsck" : content.failure().remedy);
      }
      verdict = migration ? lint::lint_migration_file(change.path, std::move(*content), {})
                          : lint::check_workflow(std::move(*content), change.path);
      if (!migration) cache_.remember(change.after.oid, change.path, *verdict);
    }
    std::erase_if(verdict->findings, [](const Finding& finding) { return !check::must_stay_out_of_history(finding); });
    static_cast<void>(lint::apply_suppressions(verdict->facts, change.path, verdict->findings, {}));
    std::erase_if(verdict->findings, [](const Finding& finding) { return !check::must_stay_out_of_history(finding); });
    ruleset_.apply(verdict->findings);
    for (Finding& finding : verdict->findings) {
      finding.message += format(" (in commit {})", commit.substr(0, 10));
      finding.help =
          "it would reach the remote with the history: rewrite that commit (git rebase -i), and change what was given "
          "away";
      findings_.push_back(std::move(finding));
    }
  }

  git::GitSource& source_;
  const config::Settings& settings_;
  const lint::Ruleset& ruleset_;
  check::VerdictCache& cache_;
  std::vector<std::string> folders_;
  std::unordered_set<std::string> seen_;
  std::vector<Finding> findings_;
};

config::Settings settings_of(git::GitSource& source, const git::Oid& tip) {
  return config::load(&source, repository::read_tree_file(source, tip, ".kairon").value_or(""));
}

/// What the push takes away from the gate that the remote has.
void say_weakenings(git::GitSource& source, const repository::PushedRef& pushed) {
  if (pushed.base.empty()) return;
  const auto at = [&](const git::Oid& commit) {
    return [&source, commit](const std::string& path) { return repository::read_tree_file(source, commit, path); };
  };
  for (const std::string& line : check::weakenings(at(pushed.base), at(pushed.tip)))
    terminal::print(Channel::err, format("kairon: {}", line));
}

/// Stage 0: the tip as a whole, and the history that is new to the remote.
ExitCode gate_tip(git::GitSource& source, const repository::PushedRef& pushed, const config::Settings& settings) {
  const auto begun = std::chrono::steady_clock::now();
  const repository::Snapshot tip = repository::tree_snapshot(source, pushed.tip, settings);
  const lint::Ruleset ruleset = check::ruleset_of(settings);
  check::VerdictCache cache(check::verdict_path(source), "");
  check::CheckRequest request;
  request.now = &tip;
  check::configure_migrations(request, settings);
  const repository::Snapshot published = repository::tree_snapshot(source, pushed.base, settings);
  request.published = &published;
  const catalogue::Choice nodes = check::catalogue_of(settings);
  request.catalogue = nodes.catalogue.get();
  check::CheckResult result = check::run_check(request, ruleset, cache);
  report::CheckReport report;
  // New to the remote is new, whatever a baseline says: only the tip is held against it.
  const auto known = check::configured_baseline(
      settings, [&](const std::string& path) { return repository::read_tree_file(source, pushed.tip, path); });
  if (known) {
    const std::set<std::string> changed = check::changed_paths(published, tip);
    const auto untouched = [&](const std::string& path) { return !changed.contains(path); };
    report.baseline = check::apply_baseline(*known, result.findings, untouched);
  }
  std::vector<Finding> history = History(source, settings, ruleset, cache).search(pushed, tip);
  result.findings.insert(result.findings.end(), history.begin(), history.end());
  cache.save();

  report.findings = std::move(result.findings);
  report.files = result.files;
  report.suppressed = result.suppressed;
  std::erase_if(report.findings, [](const Finding& f) { return f.severity == lint::Severity::info; });
  lint::sort_findings(report.findings);
  report::count(report);
  report.elapsed_ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count();
  terminal::write(Channel::err, report::findings_text(report.findings, Channel::err));
  if (!nodes.catalogue) terminal::print(Channel::err, format("kairon: {} (rules that need it are off)", nodes.note));
  terminal::print(Channel::err, format("kairon: stage 0, workflows of {}: {}", text::printable(pushed.remote_ref),
                                       report::verdict_line(report)));
  say_weakenings(source, pushed);
  for (const std::string& line : change_lines(published, tip))
    terminal::print(Channel::err, format("kairon: {}", line));
  return report.errors == 0 ? ExitCode::passed : ExitCode::blocked;
}

bool touches_nothing(git::GitSource& source, const repository::PushedRef& pushed, const config::Settings& settings) {
  return source.tree_entries(pushed.tip, repository::watched_folders(settings)).empty() && pushed.new_commits.empty();
}

}  // namespace

std::string read_push_lines() {
  std::string input;
  std::array<char, 65536> buffer{};
  for (;;) {
    const ssize_t n = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) {
      signals::check();
      continue;
    }
    // No list of what is pushed is not the same as an empty one.
    if (n < 0) throw environment_error(format("cannot read what is pushed: {}", file::last_error()));
    if (n == 0) return input;
    input.append(buffer.data(), static_cast<std::size_t>(n));
  }
}

ExitCode gate_push(git::GitSource& source, const HookCall& call) {
  const std::string remote = call.argv.empty() ? std::string() : call.argv.front();
  const std::vector<repository::PushLine> lines = repository::parse_push_lines(call.input.value_or(""));
  ExitCode verdict = ExitCode::passed;
  std::unordered_set<std::string> done;
  const std::vector<repository::PushedRef> refs = repository::resolve_pushed(source, lines, remote);
  if (!refs.empty()) {
    const deploy::PushTarget first{refs.front(), remote};
    deploy::say_unpushed(source, &first);
  }
  std::map<git::Oid, config::Settings> settings_by_tip;
  for (const repository::PushedRef& pushed : refs) {
    if (!settings_by_tip.contains(pushed.tip)) settings_by_tip.emplace(pushed.tip, settings_of(source, pushed.tip));
  }
  for (const repository::PushedRef& pushed : refs) {
    if (!done.insert(pushed.tip + pushed.base).second) continue;
    const config::Settings& settings = settings_by_tip.at(pushed.tip);
    if (touches_nothing(source, pushed, settings)) continue;
    for (const config::Notice& notice : check::notices_of(settings)) {
      terminal::print(Channel::err, format("kairon: {}\nhelp: {}", notice.message, notice.remedy));
    }
    if (gate_tip(source, pushed, settings) != ExitCode::passed) verdict = ExitCode::blocked;
  }
  if (verdict != ExitCode::passed) {
    terminal::print(Channel::err, "kairon: push blocked. `kairon explain RULE` tells more.");
    return verdict;
  }
  for (const repository::PushedRef& pushed : refs) {
    const ExitCode stage = run_push_stages(source, {pushed, remote}, settings_by_tip.at(pushed.tip));
    if (stage != ExitCode::passed) return stage;
  }
  return ExitCode::passed;
}

}  // namespace kairon::gate
