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
#include "check/outgoing.h"
#include "check/weakening.h"
#include "gate/change_lines.h"
#include "gate/hook_chain.h"
#include "gate/push_pipeline.h"
#include "report/findings.h"
#include "repository/push_range.h"

namespace kairon::gate {

namespace {

using lint::Finding;
using terminal::Channel;

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

/// Stage 0: the tip as a whole. Adds the blobs that were judged to `judged`.
ExitCode gate_tip(git::GitSource& source, const repository::PushedRef& pushed, const config::Settings& settings,
                  std::unordered_set<std::string>& judged) {
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
  cache.save();
  for (const auto* files : {&tip.workflows, &tip.migrations})
    for (const repository::SnapshotFile& file : *files) judged.insert(file.identity + file.path);

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

/// Every byte that leaves, whatever file, message or object it stands in.
ExitCode gate_bytes(git::GitSource& source, const std::vector<repository::PushLine>& lines, const std::string& remote,
                    const config::Settings& settings, std::unordered_set<std::string> judged) {
  check::OutgoingRequest request;
  request.remote = remote;
  request.judged = std::move(judged);
  for (const repository::PushLine& line : lines) {
    if (!repository::is_zero(line.local_oid)) request.tips.push_back(line.local_oid);
    if (!repository::is_zero(line.remote_oid)) request.hidden.push_back(line.remote_oid);
  }
  report::CheckReport report;
  report.findings = check::search_outgoing(source, settings, check::ruleset_of(settings), request);
  std::erase_if(report.findings, [](const Finding& f) { return f.severity == lint::Severity::info; });
  lint::sort_findings(report.findings);
  report::count(report);
  if (report.findings.empty()) return ExitCode::passed;
  terminal::write(Channel::err, report::findings_text(report.findings, Channel::err));
  terminal::print(Channel::err,
                  format("kairon: stage 0, what leaves: {} in {}", text::counted(report.findings.size(), "finding"),
                         text::counted(request.tips.size(), "ref")));
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
  std::unordered_set<std::string> judged;
  const config::Settings own = config::load(&source);  // for tips that are no commits
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
    if (gate_tip(source, pushed, settings, judged) != ExitCode::passed) verdict = ExitCode::blocked;
  }
  const config::Settings& first = refs.empty() ? own : settings_by_tip.at(refs.front().tip);
  if (gate_bytes(source, lines, remote, first, std::move(judged)) != ExitCode::passed) verdict = ExitCode::blocked;
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
