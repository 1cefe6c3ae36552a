#include "diff/states.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <span>

#include "base/error.h"
#include "base/file.h"
#include "base/format.h"
#include "base/hash.h"
#include "base/parallel.h"
#include "base/text.h"
#include "json/document.h"
#include "repository/published.h"
#include "repository/push_range.h"

namespace kairon::diff {

namespace {

namespace fs = std::filesystem;

bool is_file(const std::string& path) {
  std::error_code failed;
  return fs::is_regular_file(path, failed);
}

git::GitSource& needed(git::GitSource* source, const std::string& what) {
  if (source == nullptr)
    throw usage_error(format("'{}' needs a git repository, and this folder lies in none", text::printable(what)),
                      "name two files: kairon diff OLD.json NEW.json");
  return *source;
}

std::string commit_of(git::GitSource& source, const std::string& revision) {
  if (repository::is_zero(revision)) return {};
  const auto oid = source.resolve_commit(revision.empty() ? "HEAD" : revision);
  if (!oid)
    throw usage_error(format("'{}' is not a commit", text::printable(revision.empty() ? "HEAD" : revision)),
                      "in CI, fetch enough history (fetch-depth: 0)");
  return *oid;
}

/// A state that was made before the repository had a .kairon is looked at with the work tree's: a diff only shows.
config::Settings settings_of(git::GitSource& source, const std::optional<std::string>& committed) {
  return committed ? config::load(&source, *committed) : config::load(&source);
}

config::Settings settings_of_commit(git::GitSource& source, const std::string& commit) {
  return settings_of(source, commit.empty() ? std::nullopt : repository::read_tree_file(source, commit, ".kairon"));
}

/// The content of a path in one state; nothing when it has no such file.
using PathReader = std::function<std::optional<std::string>(const std::string& path)>;

PathReader tree_reader(git::GitSource& source, const std::string& commit) {
  return [&source, commit](const std::string& path) {
    return commit.empty() ? std::nullopt : repository::read_tree_file(source, commit, path);
  };
}

PathReader work_tree_reader(const git::GitSource& source) {
  return [top = source.top()](const std::string& path) -> std::optional<std::string> {
    if (!is_file(top + "/" + path)) return std::nullopt;
    auto content = file::read(top + "/" + path, json::kMaxBytes + 1);
    if (!content.ok()) throw environment_error(text::printable(content.failure().text), content.failure().remedy);
    return std::move(*content);
  };
}

bool lists(const std::vector<repository::SnapshotFile>& files, const std::string& path) {
  return std::any_of(files.begin(), files.end(), [&](const auto& file) { return file.path == path; });
}

/// Files that the command line names are compared although no setting names them.
void add_named(repository::Snapshot& snapshot, const std::vector<std::string>& paths, const PathReader& reader) {
  for (const std::string& path : paths) {
    if (!path.ends_with(".sql") && !path.ends_with(".json")) continue;
    if (lists(snapshot.workflows, path) || lists(snapshot.migrations, path)) continue;
    if (std::optional<std::string> content = reader(path)) repository::put_file(snapshot, path, std::move(*content));
  }
}

/// A path of the command line, from the repository's top.
std::string inside(const git::GitSource& source, const std::string& path) {
  if (source.top().empty()) return path;
  std::error_code failed;
  const std::string found =
      fs::weakly_canonical(fs::absolute(path), failed).lexically_relative(source.top()).generic_string();
  if (failed || found.empty() || found.starts_with(".."))
    throw usage_error(format("{} is outside of the repository", text::printable(path)));
  return found == "." ? std::string() : found;
}

/// Paths that limit the comparison; `before` and `after` read the two states.
void add_paths(DiffStates& states, const git::GitSource& source, std::span<const std::string> paths,
               const PathReader& before, const PathReader& after) {
  for (const std::string& one : paths) {
    std::string path = inside(source, one);
    if (path.empty()) return states.paths.clear();
    states.paths.push_back(std::move(path));
  }
  add_named(states.before, states.paths, before);
  add_named(states.after, states.paths, after);
}

repository::Snapshot published_state(git::GitSource& source, const config::Settings& settings) {
  return repository::tree_snapshot(source, repository::published_commit(source, settings), settings);
}

DiffStates range_states(git::GitSource& source, const std::string& range, std::span<const std::string> paths) {
  const std::size_t dots = range.find("..");
  const bool three = range.substr(dots).starts_with("...");
  std::string from = commit_of(source, range.substr(0, dots));
  const std::string to = commit_of(source, range.substr(dots + (three ? 3 : 2)));
  if (three) from = source.merge_base(from, to).value_or("");
  DiffStates states;
  states.settings = settings_of_commit(source, to);
  states.before = repository::tree_snapshot(source, from, states.settings);
  states.after = repository::tree_snapshot(source, to, states.settings);
  states.published = states.before;
  states.before_name = range.substr(0, dots);
  states.after_name = range.substr(dots + (three ? 3 : 2));
  add_paths(states, source, paths, tree_reader(source, from), tree_reader(source, to));
  return states;
}

DiffStates staged_states(git::GitSource& source, std::span<const std::string> paths) {
  const std::string head = source.resolve_commit("HEAD").value_or("");
  DiffStates states;
  states.settings = settings_of(source, repository::read_index_file(source, ".kairon"));
  states.before = repository::tree_snapshot(source, head, states.settings);
  states.after = repository::index_snapshot(source, states.settings);
  states.published = published_state(source, states.settings);
  states.before_name = "HEAD";
  states.after_name = "staged";
  add_paths(states, source, paths, tree_reader(source, head),
            [&source](const std::string& path) { return repository::read_index_file(source, path); });
  return states;
}

DiffStates work_tree_states(git::GitSource& source, const std::string& commit, const std::string& name,
                            std::span<const std::string> paths) {
  if (source.top().empty()) throw usage_error("a bare repository has no work tree", "kairon diff A..B");
  DiffStates states;
  states.settings = config::load(&source);
  states.before = repository::tree_snapshot(source, commit, states.settings);
  states.after = repository::work_tree_snapshot(source.top(), states.settings);
  states.published = published_state(source, states.settings);
  states.before_name = name;
  states.after_name = "work tree";
  add_paths(states, source, paths, tree_reader(source, commit), work_tree_reader(source));
  return states;
}

/// A file that the command line names, whatever it holds.
repository::Snapshot file_snapshot(const std::string& path) {
  auto content = file::read(path, json::kMaxBytes + 1);
  if (!content.ok()) throw environment_error(text::printable(content.failure().text), content.failure().remedy);
  repository::Snapshot snapshot;
  snapshot.complete = false;
  repository::SnapshotFile listed{path, "w" + hash::sha256(*content)};
  (path.ends_with(".sql") ? snapshot.migrations : snapshot.workflows).push_back(std::move(listed));
  snapshot.read = [text = std::move(*content)](const repository::SnapshotFile& /*file*/) { return text; };
  return snapshot;
}

DiffStates two_files(git::GitSource* source, const std::string& before, const std::string& after) {
  DiffStates states;
  states.settings = config::load(source);
  states.before = file_snapshot(before);
  states.after = file_snapshot(after);
  states.before_name = before;
  states.after_name = after;
  states.one_file = true;
  return states;
}

bool is_wanted(const std::string& path, const std::vector<std::string>& paths) {
  return paths.empty() || std::any_of(paths.begin(), paths.end(), [&](const std::string& wanted) {
           return path == wanted || path.starts_with(wanted + "/");
         });
}

using Versions = std::vector<diff::FileVersion>;

/// What differs of one kind of files.
class Comparison {
 public:
  Comparison(const repository::Snapshot& before, const repository::Snapshot& after) : before_(before), after_(after) {}

  void add(const std::vector<repository::SnapshotFile>& old, const std::vector<repository::SnapshotFile>& fresh,
           const std::vector<std::string>& paths) {
    std::map<std::string_view, const repository::SnapshotFile*> before;
    for (const repository::SnapshotFile& file : old)
      if (is_wanted(file.path, paths)) before.emplace(file.path, &file);
    Versions added, gone;
    for (const repository::SnapshotFile& file : fresh) {
      if (!is_wanted(file.path, paths)) continue;
      const auto hit = before.find(file.path);
      if (hit == before.end()) {
        added.push_back({file.path, after_.read(file)});
        continue;
      }
      const repository::SnapshotFile& base = *hit->second;
      before.erase(hit);
      if (base.identity == file.identity) continue;
      pairs_.push_back({FileVersion{base.path, before_.read(base)}, FileVersion{file.path, after_.read(file)}});
      if (pairs_.back().first->text == pairs_.back().second->text) pairs_.pop_back();
    }
    for (const auto& [path, file] : before) gone.push_back({file->path, before_.read(*file)});
    add_renamed(gone, added);
  }

  /// Files are read one after another (libgit2's handles are not shared) and compared side by side.
  std::vector<FileDiff> compare() const {
    std::vector<FileDiff> out(pairs_.size());
    parallel::for_each(out.size(), [&](std::size_t i) { out[i] = diff_file(pairs_[i].first, pairs_[i].second); });
    std::sort(out.begin(), out.end(), [](const FileDiff& a, const FileDiff& b) { return a.path < b.path; });
    return out;
  }

 private:
  void add_renamed(const Versions& gone, const Versions& added) {
    const std::vector<std::size_t> old_of = diff::match_files(gone, added);
    std::set<std::size_t> kept;
    for (std::size_t j = 0; j < added.size(); ++j) {
      const bool renamed = old_of[j] != diff::kNone;
      pairs_.push_back({renamed ? std::optional(gone[old_of[j]]) : std::nullopt, added[j]});
      if (renamed) kept.insert(old_of[j]);
    }
    for (std::size_t i = 0; i < gone.size(); ++i)
      if (!kept.contains(i)) pairs_.push_back({gone[i], std::nullopt});
  }

  const repository::Snapshot& before_;
  const repository::Snapshot& after_;
  std::vector<std::pair<std::optional<FileVersion>, std::optional<FileVersion>>> pairs_;
};

}  // namespace

DiffStates diff_states(const Options& options, git::GitSource* source) {
  const std::vector<std::string>& words = options.positional();
  if (options.has("--staged")) return staged_states(needed(source, "--staged"), words);
  if (words.size() == 2 && is_file(words[0]) && is_file(words[1])) return two_files(source, words[0], words[1]);
  std::vector<std::string> rest = words;
  // A file and a commit: the file as it was there, against the file as it is.
  if (rest.size() == 2 && is_file(rest[0]) && !is_file(rest[1])) std::swap(rest[0], rest[1]);
  const std::span<const std::string> all = rest;
  if (!rest.empty() && !is_file(rest[0]) && text::contains(rest[0], "..") && !fs::exists(rest[0]))
    return range_states(needed(source, rest[0]), rest[0], all.subspan(1));
  git::GitSource& repository = needed(source, rest.empty() ? "kairon diff" : rest[0]);
  std::error_code failed;
  const bool names_commit = !rest.empty() && !fs::exists(rest[0], failed);
  const std::string commit =
      names_commit ? commit_of(repository, rest[0]) : repository.resolve_commit("HEAD").value_or("");
  return work_tree_states(repository, commit, names_commit ? rest[0] : "HEAD", all.subspan(names_commit ? 1 : 0));
}

std::vector<diff::FileDiff> diff_snapshots(const repository::Snapshot& before, const repository::Snapshot& after,
                                           const std::vector<std::string>& paths) {
  Comparison comparison(before, after);
  comparison.add(before.workflows, after.workflows, paths);
  comparison.add(before.migrations, after.migrations, paths);
  return comparison.compare();
}

std::vector<diff::FileDiff> diff_one_file(const repository::Snapshot& before, const repository::Snapshot& after) {
  const auto only = [](const repository::Snapshot& snapshot) {
    const repository::SnapshotFile& file =
        snapshot.workflows.empty() ? snapshot.migrations.front() : snapshot.workflows.front();
    return diff::FileVersion{file.path, snapshot.read(file)};
  };
  diff::FileVersion old = only(before);
  diff::FileVersion fresh = only(after);
  std::vector<diff::FileDiff> out;
  if (old.text == fresh.text) return out;
  out.push_back(diff::diff_file(std::move(old), std::move(fresh)));
  return out;
}

}  // namespace kairon::diff
