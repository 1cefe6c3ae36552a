#include "gate/pre_commit.h"

#include <algorithm>
#include <chrono>

#include "base/environment.h"
#include "base/format.h"
#include "base/guard.h"
#include "base/terminal.h"
#include "base/text.h"
#include "check/baseline.h"
#include "check/check.h"
#include "check/migration_check.h"
#include "check/weakening.h"
#include "gate/schema_stage.h"
#include "report/findings.h"
#include "repository/published.h"

namespace kairon::gate {

namespace {

using terminal::Channel;

constexpr std::string_view kSettingsFile = ".kairon";

/// True when a link or a submodule takes the place of something that the gate looks at.
bool hides_files(const git::Change& change, const config::Settings& settings) {
  return !change.after.oid.empty() && !change.after.is_file() && repository::hides_watched(settings, change.path);
}

/// Staged paths that the gate looks at, deleted ones included.
std::set<std::string> gated_changes(const std::vector<git::Change>& changes, const config::Settings& settings) {
  std::set<std::string> paths;
  for (const git::Change& change : changes) {
    const bool ours = settings.is_workflow_path(change.path) || settings.is_migration_path(change.path) ||
                      change.path == settings.schema_file() || hides_files(change, settings);
    if (ours) paths.insert(change.path);
  }
  return paths;
}

/// The state before, as far as cross-file rules need it: only when something of it changed.
repository::Snapshot head_snapshot(git::GitSource& source, const config::Settings& settings) {
  return repository::tree_snapshot(source, source.resolve_commit("HEAD").value_or(""), settings);
}

void report_unmerged(const std::vector<git::Change>& changes) {
  for (const git::Change& change : changes) {
    if (change.kind != git::ChangeKind::unmerged) continue;
    throw Error(ExitCode::blocked, format("{} is unmerged in the index", text::printable(change.path)),
                "resolve the conflict and `git add` the file");
  }
}

void say_notices(const config::Settings& settings) {
  for (const config::Notice& notice : check::notices_of(settings)) {
    terminal::print(Channel::err, format("kairon: {}\nhelp: {}", notice.message, notice.remedy));
  }
}

/// What the commit takes away from the gate, so that nobody has to find it in the diff.
void say_weakenings(git::GitSource& source, const std::vector<git::Change>& changes, const std::string& baseline) {
  const bool concerned = std::any_of(changes.begin(), changes.end(), [&](const git::Change& change) {
    return change.path == kSettingsFile || change.path == baseline;
  });
  const auto head = source.resolve_commit("HEAD");
  if (!concerned || !head) return;
  const std::vector<std::string> lines =
      check::weakenings([&](const std::string& path) { return repository::read_tree_file(source, *head, path); },
                        [&](const std::string& path) { return repository::read_index_file(source, path); });
  for (const std::string& line : lines) terminal::print(Channel::err, format("kairon: {}", line));
}

std::optional<check::BaselineFile> staged_baseline(git::GitSource& source, const config::Settings& settings) {
  return check::configured_baseline(settings,
                                    [&](const std::string& path) { return repository::read_index_file(source, path); });
}

/// A .kairon that is committed by itself: what no check could work with blocks here, not at the next
/// workflow that somebody commits. Throws Error(usage).
void judge_settings(git::GitSource& source, const config::Settings& settings) {
  say_notices(settings);
  static_cast<void>(check::ruleset_of(settings));
  check::CheckRequest unused;
  check::configure_migrations(unused, settings);
  static_cast<void>(staged_baseline(source, settings));
}

}  // namespace

ExitCode check_staged(git::GitSource& source) {
  const auto begun = std::chrono::steady_clock::now();
  const config::Settings settings =
      config::load(&source, repository::read_index_file(source, std::string(kSettingsFile)).value_or(""));
  std::vector<std::string> watched = repository::watched_folders(settings);
  const std::string baseline = settings.value(config::kBaseline);
  if (!watched.empty()) watched.emplace_back(kSettingsFile);
  if (!watched.empty() && !baseline.empty()) watched.push_back(baseline);
  const std::vector<git::Change> changes = source.staged_changes(watched);
  report_unmerged(changes);
  say_weakenings(source, changes, baseline);
  const std::set<std::string> paths = gated_changes(changes, settings);
  if (paths.empty()) {
    const bool ours =
        std::any_of(changes.begin(), changes.end(), [](const auto& c) { return c.path == kSettingsFile; });
    if (ours) judge_settings(source, settings);
    return ExitCode::passed;
  }
  say_notices(settings);

  const repository::Snapshot now = repository::index_snapshot(source, settings);
  const repository::Snapshot base = head_snapshot(source, settings);
  check::CheckRequest request;
  request.now = &now;
  request.base = &base;
  request.only = paths;
  check::configure_migrations(request, settings);
  const repository::Snapshot published =
      repository::tree_snapshot(source, repository::published_commit(source, settings), settings);
  request.published = &published;
  const catalogue::Choice nodes = check::catalogue_of(settings);
  request.catalogue = nodes.catalogue.get();
  check::VerdictCache cache(check::verdict_path(source), "");
  check::CheckResult result = check::run_check(request, check::ruleset_of(settings), cache);
  cache.save();

  report::CheckReport report;
  report.findings = std::move(result.findings);
  report.files = result.files;
  report.suppressed = result.suppressed;
  if (const auto known = staged_baseline(source, settings)) {
    report.baseline =
        check::apply_baseline(*known, report.findings, [&](const auto& path) { return !paths.contains(path); });
  }
  std::erase_if(report.findings, [](const lint::Finding& f) { return f.severity == lint::Severity::info; });
  report::count(report);
  report.elapsed_ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count();
  const bool told = environment::flag("KAIRON_VERBOSE");
  if (report.findings.empty() && !told) return check_schema_at_commit(paths, now, settings);
  terminal::write(Channel::err, report::to_text(report, Channel::err));
  if (!nodes.catalogue) terminal::print(Channel::err, format("kairon: {} (rules that need it are off)", nodes.note));
  if (report.errors == 0) return check_schema_at_commit(paths, now, settings);
  terminal::print(
      Channel::err,
      "kairon: commit blocked. `kairon explain RULE` tells more; `git commit --no-verify` is caught at push.");
  return ExitCode::blocked;
}

}  // namespace kairon::gate
