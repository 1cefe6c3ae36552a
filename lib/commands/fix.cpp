#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
#include <optional>
#include <set>

#include "base/error.h"
#include "base/file.h"
#include "base/format.h"
#include "base/terminal.h"
#include "base/text.h"
#include "commands/command.h"
#include "commands/fix_target.h"
#include "commands/upgrade_target.h"
#include "config/layers.h"
#include "json/document.h"
#include "lint/check.h"
#include "repository/snapshot.h"
#include "workflow/rename_repair.h"
#include "workflow/repair.h"

namespace kairon::commands {

namespace {

using terminal::Channel;
using terminal::Style;

constexpr OptionSpec kFixOptions[] = {
    {"--write", "", "change the files; without it only the diff is shown"},
    {"--target", "N8N_VERSION", "instead: the exact rewrites that an upgrade to it asks for"}};

/// The lines that differ, as a unified diff without context: every repair is named above it.
void print_diff(const std::string& path, std::string_view before, std::string_view after) {
  const auto old_lines = text::lines(before);
  const auto new_lines = text::lines(after);
  std::size_t head = 0;
  while (head < old_lines.size() && head < new_lines.size() && old_lines[head] == new_lines[head]) ++head;
  std::size_t tail = 0;
  while (tail < old_lines.size() - head && tail < new_lines.size() - head &&
         old_lines[old_lines.size() - 1 - tail] == new_lines[new_lines.size() - 1 - tail]) {
    ++tail;
  }
  terminal::print(Channel::out, format("--- {}\n+++ {}\n@@ -{},{} +{},{} @@", path, path, head + 1,
                                       old_lines.size() - head - tail, head + 1, new_lines.size() - head - tail));
  for (std::size_t i = head; i < old_lines.size() - tail; ++i) {
    terminal::print(Channel::out, terminal::styled(Channel::out, Style::red, "-" + text::printable(old_lines[i])));
  }
  for (std::size_t i = head; i < new_lines.size() - tail; ++i) {
    terminal::print(Channel::out, terminal::styled(Channel::out, Style::green, "+" + text::printable(new_lines[i])));
  }
}

/// One repair after the other, so that each diff shows one place.
std::string show_and_apply(const std::string& path, const std::string& content,
                           const std::vector<workflow::Repair>& repairs) {
  std::string text = content;
  for (auto repair = repairs.rbegin(); repair != repairs.rend(); ++repair) {
    const std::string next = workflow::apply(text, {*repair});
    if (next == text) continue;
    terminal::print(Channel::out, format("{}: {}", text::printable(path), text::printable(repair->what)));
    print_diff(text::printable(path), text, next);
    text = next;
  }
  return text;
}

/// The safe repairs, and those of nodes that were renamed since `committed`, the text of HEAD; of two that meet, the
/// first one now and the other one in the next run.
std::vector<workflow::Repair> repairs_of(const workflow::Workflow& workflow,
                                         const std::optional<std::string>& committed) {
  std::vector<workflow::Repair> repairs = workflow::safe_repairs(workflow);
  if (!committed) return repairs;
  auto parsed = json::Document::parse(*committed);
  if (!parsed.document) return repairs;
  const workflow::Workflow before(std::move(parsed.document), workflow.path());
  std::vector<workflow::Repair> renames = workflow::rename_repairs(workflow, before);
  std::move(renames.begin(), renames.end(), std::back_inserter(repairs));
  std::stable_sort(repairs.begin(), repairs.end(), [](const auto& a, const auto& b) { return a.begin < b.begin; });
  const auto overlaps = [](const workflow::Repair& a, const workflow::Repair& b) { return b.begin < a.end; };
  repairs.erase(std::unique(repairs.begin(), repairs.end(), overlaps), repairs.end());
  return repairs;
}

/// Errors of a text, as far as they do not move with the lines.
std::multiset<std::string> errors_in(const std::string& text, const std::string& path) {
  std::multiset<std::string> errors;
  for (const lint::Finding& finding : lint::check_workflow(text, path).findings)
    if (finding.severity == lint::Severity::error) errors.insert(finding.rule + " " + finding.node);
  return errors;
}

/// A repair that brings an error is not one.
void require_improvement(const std::string& before, const std::string& after, const std::string& path) {
  if (!json::Document::parse(after).document)
    throw environment_error(format("the repair of {} would not be JSON", path), "report this as a bug");
  const std::multiset<std::string> old = errors_in(before, path);
  for (const std::string& error : errors_in(after, path))
    if (!old.contains(error))
      throw Error(ExitCode::blocked, format("the repair of {} would bring an error: {}", path, error),
                  "repair this file by hand");
}

/// Keeps the permission bits of the file. A link is not followed: what it leads to may lie anywhere.
void replace(const std::string& path, const std::string& content) {
  std::error_code failed;
  const std::filesystem::file_status status = std::filesystem::symlink_status(path, failed);
  if (!failed && std::filesystem::is_symlink(status))
    throw environment_error(format("{} is a symbolic link", text::printable(path)), "name the file that it leads to");
  const auto mode = static_cast<unsigned>(status.permissions() & std::filesystem::perms::mask);
  const auto written = failed ? file::write_atomic(path, content) : file::write_atomic(path, content, mode);
  if (!written.ok()) throw environment_error(written.failure().text);
}

/// What `fix` works with, the same for all files.
struct Work {
  repository::Snapshot snapshot;
  std::string folder;  ///< of the snapshot's paths: "" or the repository's top and a slash
  bool write = false;
  lint::Upgrade upgrade;  ///< `to` 0: no upgrade is asked for
  std::map<std::string, workflow::Callers> callers;
  config::Settings settings;
};

void write_file(const Work& work, const std::string& path, const std::string& fixed) {
  if (work.write) replace(work.folder + path, fixed);
}

std::size_t fix_file(const Work& work, const repository::SnapshotFile& file,
                     const std::optional<std::string>& committed) {
  const std::string content = work.snapshot.read(file);
  auto parsed = json::Document::parse(content);
  if (!parsed.document) return 0;
  const workflow::Workflow workflow(std::move(parsed.document), file.path);
  const auto repairs = repairs_of(workflow, committed);
  if (repairs.empty()) return 0;
  const std::string fixed = show_and_apply(file.path, content, repairs);
  require_improvement(content, fixed, file.path);
  write_file(work, file.path, fixed);
  return repairs.size();
}

/// The rewrites of an upgrade: each counts once, however many places it changes.
std::size_t upgrade_file(const Work& work, const repository::SnapshotFile& file, const std::string& path_in_tree) {
  const std::string content = work.snapshot.read(file);
  const auto callers = work.callers.find(path_in_tree);
  const Chosen chosen =
      choose_rewrites(content, file.path, work.upgrade,
                      callers == work.callers.end() ? workflow::Callers() : callers->second, work.settings);
  const std::string shown = text::printable(file.path);
  for (const std::string& line : chosen.left_out)
    terminal::print(Channel::err, format("{}: {}", shown, text::printable(line)));
  std::vector<workflow::Rewrite> done;
  std::string fixed = content;
  for (const workflow::Rewrite& rewrite : chosen.rewrites) {
    terminal::print(Channel::out, format("{}: {}", shown, text::printable(rewrite.what)));
    done.push_back({rewrite.node, rewrite.what, {}});
    for (const workflow::Repair& edit : rewrite.edits) {
      done.back().edits.push_back(edit);
      const std::string next = workflow::apply(content, edits_of(done));
      if (next != fixed) print_diff(shown, fixed, next);
      fixed = next;
    }
  }
  if (!json::Document::parse(fixed).document)
    throw environment_error(format("the repair of {} would not be JSON", shown), "report this as a bug");
  if (fixed != content) write_file(work, file.path, fixed);
  return chosen.rewrites.size();
}

/// The path below the repository's top of a file that may have been named from a sub-folder.
std::string path_in_repository(const git::GitSource& source, const std::string& folder,
                               const repository::SnapshotFile& file) {
  if (!folder.empty() || source.top().empty()) return file.path;
  std::error_code failed;
  return std::filesystem::weakly_canonical(file.path, failed).lexically_relative(source.top()).generic_string();
}

ExitCode run_fix(const Options& options) {
  const auto source = git::open();
  Work work;
  work.write = options.has("--write");
  work.settings = config::load(source.get());
  work.upgrade = target_of(options, work.settings);
  const bool in_repository = source && !source->top().empty();
  if (!options.positional().empty()) {
    work.snapshot = repository::path_snapshot(options.positional());
  } else if (in_repository) {
    work.snapshot = repository::work_tree_snapshot(source->top(), work.settings);
    work.folder = source->top() + "/";
  } else {
    throw usage_error("name the files: this folder lies in no repository");
  }
  if (work.upgrade.to != 0)
    work.callers =
        callers_in(in_repository ? repository::work_tree_snapshot(source->top(), work.settings) : work.snapshot);
  std::size_t repairs = 0;
  const std::string head = source ? source->resolve_commit("HEAD").value_or("") : std::string();
  for (const repository::SnapshotFile& file : work.snapshot.workflows) {
    const std::string path = in_repository ? path_in_repository(*source, work.folder, file) : file.path;
    if (work.upgrade.to != 0) {
      repairs += upgrade_file(work, file, path);
      continue;
    }
    std::optional<std::string> committed;
    if (!head.empty()) committed = repository::read_tree_file(*source, head, path);
    repairs += fix_file(work, file, committed);
  }
  const std::string_view done = work.write ? "made" : "possible; --write makes them";
  terminal::print(Channel::out, repairs == 0 ? std::string("nothing to repair")
                                             : format("{} {}", text::counted(repairs, "repair"), done));
  return ExitCode::passed;
}

}  // namespace

extern const Command kCommandFix;
const Command kCommandFix{
    "fix", "[PATH...]",
    "Repair what is safe to: pinData, staticData and owner data out, credentials by name, references to renamed nodes.",
    kFixOptions, run_fix};

}  // namespace kairon::commands
