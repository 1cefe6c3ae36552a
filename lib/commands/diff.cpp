#include <algorithm>
#include <map>

#include "base/file.h"
#include "base/format.h"
#include "base/note.h"
#include "base/terminal.h"
#include "base/text.h"
#include "check/check.h"
#include "check/judge.h"
#include "commands/command.h"
#include "diff/listing.h"
#include "diff/render.h"
#include "diff/states.h"
#include "json/document.h"

namespace kairon::commands {

namespace {

using terminal::Channel;

constexpr OptionSpec kDiffOptions[] = {
    {"--staged", "", "what is staged, against HEAD"},
    {"--moves", "", "also list nodes that only moved"},
    {"--format", "text|markdown|mermaid|svg|html|json", "how to show the change"},
    {"--driver", "", "compare two files as git diff asks (used by hooks install --diff)"},
    {"--textconv", "", "print a workflow line by line for git (used by hooks install --diff)"},
};

using Findings = std::map<std::string, std::vector<lint::Finding>>;

/// Findings of the changed files of one state, by path.
Findings judge_state(git::GitSource* source, const repository::Snapshot& state, std::set<std::string> paths,
                     const diff::DiffStates& states, check::VerdictCache& cache) {
  check::Subject subject;
  subject.now = state;
  subject.base = state;  // what a change breaks elsewhere is not a finding of these files
  subject.published = states.published ? *states.published : state;
  subject.only = std::move(paths);
  check::JudgeOptions options;
  options.cache = &cache;
  Findings by_path;
  for (lint::Finding& finding : check::judge(source, subject, states.settings, options).report.findings)
    by_path[finding.path].push_back(std::move(finding));
  return by_path;
}

void judge_both(const diff::DiffStates& states, git::GitSource* source, std::vector<diff::FileDiff>& files) {
  if (files.empty()) return;
  std::set<std::string> old_paths, new_paths;
  for (const diff::FileDiff& file : files) {
    if (file.state != diff::State::added) old_paths.insert(file.old_path.empty() ? file.path : file.old_path);
    new_paths.insert(file.path);  // that a published migration is gone is a finding of the state without it
  }
  check::VerdictCache cache(source == nullptr ? std::string() : check::verdict_path(*source), "");
  Findings before = judge_state(source, states.before, std::move(old_paths), states, cache);
  Findings after = judge_state(source, states.after, std::move(new_paths), states, cache);
  cache.save();
  for (diff::FileDiff& file : files) {
    if (states.one_file) {  // a copy is called otherwise, which says nothing about the change
      for (auto* findings : {&before[file.old_path], &after[file.path]})
        std::erase_if(*findings, [](const lint::Finding& finding) { return finding.rule == "workflow/name"; });
    }
    file.verdicts = diff::compare_findings(before[file.old_path.empty() ? file.path : file.old_path], after[file.path],
                                           file.workflow.get());
  }
}

std::string report_text(const diff::DiffReport& report, std::string_view wanted) {
  if (wanted == "markdown") return diff::to_markdown(report);
  if (wanted == "mermaid") return diff::to_mermaid(report);
  if (wanted == "svg") return diff::to_svg(report);
  if (wanted == "html") return diff::to_html(report);
  if (wanted == "json") return diff::to_json(report);
  return diff::to_text(report, Channel::out);
}

std::optional<diff::FileVersion> driver_side(const std::string& path, const std::string& file,
                                             const std::string& mode) {
  if (mode == "." || file == "/dev/null") return std::nullopt;
  auto content = file::read(file, json::kMaxBytes + 1);
  if (!content.ok()) throw environment_error(text::printable(content.failure().text), content.failure().remedy);
  return diff::FileVersion{path, std::move(*content)};
}

/// git's arguments: path old-file old-hex old-mode new-file new-hex new-mode [new-path message] (git(1),
/// GIT_EXTERNAL_DIFF); the path alone when it is not merged.
ExitCode answer_git(const std::vector<std::string>& words) {
  constexpr std::size_t kPlain = 7;
  if (words.size() < kPlain) {
    terminal::print(Channel::out, format("{}: not merged", text::printable(words.empty() ? "" : words[0])));
    return ExitCode::passed;
  }
  const std::string& new_path = words.size() > kPlain ? words[kPlain] : words[0];
  const auto before = driver_side(words[0], words[1], words[3]);
  const auto after = driver_side(new_path, words[4], words[6]);
  if (!before && !after) return ExitCode::passed;
  diff::DiffReport report;
  report.files.push_back(diff::diff_file(before, after));
  terminal::write(Channel::out, diff::to_text(report, Channel::out));
  return ExitCode::passed;
}

ExitCode convert_for_git(const std::vector<std::string>& words) {
  if (words.size() != 1) throw usage_error("--textconv needs one file");
  auto content = file::read(words[0], json::kMaxBytes + 1);
  if (!content.ok()) throw environment_error(text::printable(content.failure().text), content.failure().remedy);
  terminal::write(Channel::out, diff::listing_of(*content));
  return ExitCode::passed;
}

bool holds(const repository::Snapshot& state, const std::string& path) {
  const auto below = [&](const repository::SnapshotFile& file) {
    return path.empty() || file.path == path || file.path.starts_with(path + "/");
  };
  return std::any_of(state.workflows.begin(), state.workflows.end(), below) ||
         std::any_of(state.migrations.begin(), state.migrations.end(), below);
}

/// No output means no change; where nothing could be compared, that is said.
void say_when_empty(const diff::DiffStates& states) {
  for (const std::string& path : states.paths)
    if (!holds(states.before, path) && !holds(states.after, path))
      terminal::note(format("kairon: {}: no workflow and no migration on either side", text::printable(path)));
  if (!states.paths.empty() || holds(states.before, "") || holds(states.after, "")) return;
  terminal::note(format(
      "kairon: nothing to compare: no workflow ({}) and no migration ({}/*.sql) on either side; "
      "`kairon init` looks for them, or name a file",
      text::join(states.settings.workflow_globs(), ", "), text::join(states.settings.migration_folders(), "/*.sql, ")));
}

ExitCode run_diff(const Options& options) {
  if (options.has("--driver")) return answer_git(options.positional());
  if (options.has("--textconv")) return convert_for_git(options.positional());
  const auto source = git::open();
  const diff::DiffStates states = diff::diff_states(options, source.get());
  diff::DiffReport report;
  report.before = states.before_name;
  report.after = states.after_name;
  report.moves = options.has("--moves") ? diff::Moves::shown : diff::Moves::counted;
  report.files = states.one_file ? diff::diff_one_file(states.before, states.after)
                                 : diff::diff_snapshots(states.before, states.after, states.paths);
  say_when_empty(states);
  judge_both(states, source.get(), report.files);
  if (source != nullptr)
    if (const auto last = trial::read_last_trial(source->common_dir())) diff::add_trials(*last, report.files);
  terminal::write(Channel::out, report_text(report, options.value("--format").value_or("text")));
  return ExitCode::passed;
}

}  // namespace

extern const Command kCommandDiff;
const Command kCommandDiff{"diff", "[A..B | COMMIT | OLD NEW] [PATH...]",
                           "Show what a change does to workflows and schema.", kDiffOptions, run_diff};

}  // namespace kairon::commands
