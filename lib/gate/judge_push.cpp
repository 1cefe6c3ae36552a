#include "gate/judge_push.h"

#include <algorithm>
#include <set>
#include <unordered_set>

#include "base/format.h"
#include "base/message.h"
#include "base/terminal.h"
#include "base/text.h"
#include "check/check.h"
#include "gate/change_lines.h"
#include "gate/notices.h"
#include "report/findings.h"

namespace kairon::gate {

namespace {

using terminal::Channel;

config::Settings settings_of(git::GitSource& source, const git::Oid& tip) {
  return config::load(&source, repository::read_tree_file(source, tip, ".kairon").value_or(""));
}

/// What the push changes, as far as the state before can be read; the judge has said when it cannot.
void say_changes(const check::Subject& subject) {
  try {
    if (!subject.published) return;
    for (const std::string& line : change_lines(*subject.published, subject.now))
      terminal::print(Channel::err, format("kairon: {}", line));
  } catch (const check::BaseUnreadable& error) {
    terminal::print(Channel::err, format("kairon: the changes are not listed: {}", error.message().text));
  }
}

/// How many errors are in files that the remote has as they are.
std::size_t count_older(const check::Subject& subject, const std::vector<lint::Finding>& findings) {
  std::set<std::pair<std::string_view, std::string_view>> known;
  for (const auto* files : {&subject.published->workflows, &subject.published->migrations})
    for (const repository::SnapshotFile& file : *files) known.emplace(file.path, file.identity);
  std::set<std::string_view> untouched;
  for (const auto* files : {&subject.now.workflows, &subject.now.migrations})
    for (const repository::SnapshotFile& file : *files)
      if (known.contains({file.path, file.identity})) untouched.insert(file.path);
  return static_cast<std::size_t>(std::count_if(findings.begin(), findings.end(), [&](const lint::Finding& finding) {
    return finding.severity == lint::Severity::error && untouched.contains(finding.path);
  }));
}

/// Whoever is blocked by what others pushed before there was a gate gets a hint at the baseline.
void say_older(const check::Subject& subject, const report::CheckReport& report, const config::Settings& settings) {
  if (!subject.published || !settings.value(config::kBaseline).empty()) return;
  const std::size_t older = count_older(subject, report.findings);
  if (older == 0) return;
  terminal::print(
      Channel::err,
      rendered("kairon: ", {format("{} of {} in files that the remote has as they are", older,
                                   text::counted(report.errors, "error")),
                            "`kairon init --adopt` writes a baseline of them, so that only new ones block"}));
}

/// Stage 0: the tip as a whole. Adds the blobs that were judged to `judged`.
ExitCode gate_tip(git::GitSource& source, const repository::PushedRef& pushed, const config::Settings& settings,
                  const check::JudgeOptions& options, std::unordered_set<std::string>& judged) {
  const check::Subject subject = check::pushed(source, settings, pushed.base, pushed.tip);
  const check::Judgement judgement = check::judge(&source, subject, settings, options);
  check::add_judged(subject.now, judged);
  terminal::write(Channel::err, report::findings_text(judgement.report.findings, Channel::err));
  terminal::print(Channel::err, format("kairon: stage 0, workflows of {}: {}", text::printable(pushed.remote_ref),
                                       report::verdict_line(judgement.report)));
  say_notes(judgement, true);
  say_changes(subject);
  if (judgement.exit_code() != ExitCode::passed) say_older(subject, judgement.report, settings);
  return judgement.exit_code();
}

/// Searches every byte that leaves, in any file, message or object.
ExitCode gate_bytes(git::GitSource& source, const Push& push, const check::JudgeOptions& options,
                    std::unordered_set<std::string> judged) {
  check::OutgoingRequest request;
  request.known = push.known;
  request.judged = std::move(judged);
  for (const repository::PushLine& line : push.lines) {
    if (!repository::is_zero(line.local_oid)) request.tips.push_back(line.local_oid);
    if (!repository::is_zero(line.remote_oid)) request.known.commits.push_back(line.remote_oid);
  }
  const std::size_t refs = request.tips.size();
  if (refs == 0) return ExitCode::passed;
  // A tip that is not a commit brings no settings.
  const config::Settings settings =
      push.refs.empty() ? config::load(&source, "") : push.settings.at(push.refs.front().tip);
  const check::Judgement judgement = check::judge(&source, check::leaving(std::move(request)), settings, options);
  if (judgement.report.findings.empty()) return ExitCode::passed;
  terminal::write(Channel::err, report::findings_text(judgement.report.findings, Channel::err));
  terminal::print(Channel::err,
                  format("kairon: stage 0, what leaves: {} in {}",
                         text::counted(judgement.report.findings.size(), "finding"), text::counted(refs, "ref")));
  return judgement.exit_code();
}

bool touches_nothing(git::GitSource& source, const repository::PushedRef& pushed, const config::Settings& settings) {
  return source.tree_entries(pushed.tip, repository::watched_folders(settings)).empty() && !pushed.brings_commits;
}

}  // namespace

Push read_push(git::GitSource& source, std::vector<repository::PushLine> lines, git::Known known) {
  Push push{std::move(lines), std::move(known), {}};
  push.refs = repository::resolve_pushed(source, push.lines, push.known);
  for (const repository::PushedRef& pushed : push.refs)
    if (!push.settings.contains(pushed.tip)) push.settings.emplace(pushed.tip, settings_of(source, pushed.tip));
  return push;
}

ExitCode judge_push(git::GitSource& source, const Push& push, check::JudgeOptions options) {
  ExitCode verdict = ExitCode::passed;
  check::VerdictCache cache(check::verdict_path(source), "");
  options.cache = &cache;
  std::unordered_set<std::string> done;
  std::unordered_set<std::string> judged;
  for (const repository::PushedRef& pushed : push.refs) {
    if (!done.insert(pushed.tip + pushed.base).second) continue;
    const config::Settings& settings = push.settings.at(pushed.tip);
    if (touches_nothing(source, pushed, settings)) continue;
    say_notices(settings);
    if (gate_tip(source, pushed, settings, options, judged) != ExitCode::passed) verdict = ExitCode::blocked;
  }
  if (gate_bytes(source, push, options, std::move(judged)) != ExitCode::passed) verdict = ExitCode::blocked;
  cache.save();
  if (verdict != ExitCode::passed)
    terminal::print(Channel::err, "kairon: push blocked. `kairon explain RULE` says more.");
  return verdict;
}

}  // namespace kairon::gate
