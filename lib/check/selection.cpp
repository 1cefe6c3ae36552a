#include "check/selection.h"

#include <filesystem>

#include "base/error.h"
#include "base/file.h"
#include "base/format.h"
#include "base/terminal.h"
#include "base/text.h"
#include "check/check.h"
#include "json/document.h"
#include "repository/published.h"
#include "repository/push_range.h"

namespace kairon::check {

namespace {

git::GitSource& required(git::GitSource* source, std::string_view option) {
  if (source == nullptr) throw usage_error(format("{} needs a git repository, and this folder lies in none", option));
  return *source;
}

/// Both ends of A..B or A...B as commits.
std::pair<std::string, std::string> split_range(git::GitSource& source, const std::string& range) {
  const std::size_t dots = range.find("..");
  if (dots == std::string::npos) throw usage_error(format("--range {}: write A..B", text::printable(range)));
  const auto commit = [&](const std::string& revision) {
    const auto oid = source.resolve_commit(revision.empty() ? "HEAD" : revision);
    if (!oid)
      throw usage_error(format("--range: '{}' names no commit", text::printable(revision)),
                        "in CI, fetch enough history (fetch-depth: 0)");
    return *oid;
  };
  const std::string first = commit(range.substr(0, dots));
  const bool three = range.substr(dots).starts_with("...");
  const std::string second = commit(range.substr(dots + (three ? 3 : 2)));
  return {three ? source.merge_base(first, second).value_or("") : first, second};
}

/// PATHs inside the repository are judged beside the rest of the work tree; others by themselves.
Selection select_paths(const std::vector<std::string>& paths, git::GitSource* source,
                       const config::Settings& settings) {
  namespace fs = std::filesystem;
  Selection selection;
  const auto by_themselves = [&] {
    Selection alone;
    alone.now = repository::path_snapshot(paths);
    return alone;
  };
  if (source == nullptr || source->top().empty()) return by_themselves();
  const repository::Snapshot tree = repository::work_tree_snapshot(source->top(), settings);
  std::set<std::string> only;
  for (const std::string& path : paths) {
    std::error_code failed;
    const std::string inside = fs::weakly_canonical(path, failed).lexically_relative(source->top()).generic_string();
    if (failed || inside.empty() || inside == ".." || inside.starts_with("../")) {
      terminal::print(terminal::Channel::err,
                      format("kairon: note: {} is not in this repository ({}): its files are judged by themselves",
                             text::printable(path), source->top()));
      return by_themselves();
    }
    bool any = false;
    for (const auto* files : {&tree.workflows, &tree.migrations}) {
      for (const repository::SnapshotFile& file : *files) {
        if (inside != "." && file.path != inside && !file.path.starts_with(inside + "/")) continue;
        only.insert(file.path);
        any = true;
      }
    }
    // Named by hand but not covered by the settings: still checked, by itself.
    if (!any) return by_themselves();
  }
  selection.now = tree;
  selection.only = std::move(only);
  return selection;
}

/// BASE..TIP as pre-push passes it: BASE may be nothing or zeros, which is the empty tree.
std::pair<std::string, std::string> split_push(const std::string& range) {
  const std::size_t dots = range.find("..");
  if (dots == std::string::npos) throw usage_error(format("--push {}: write BASE..TIP", text::printable(range)));
  std::string base = range.substr(0, dots);
  if (repository::is_zero(base)) base.clear();
  return {base, range.substr(dots + 2)};
}

/// What lies between two commits and is not judged with the content of the second.
OutgoingRequest outgoing_between(const std::string& from, const std::string& to, const repository::Snapshot& now) {
  OutgoingRequest outgoing;
  outgoing.tips = {to};
  if (!from.empty()) outgoing.hidden = {from};
  for (const auto* files : {&now.workflows, &now.migrations})
    for (const repository::SnapshotFile& file : *files) outgoing.judged.insert(file.identity + file.path);
  return outgoing;
}

/// The commit whose content is judged; "" when that is the index or the work tree.
std::string judged_commit(const Options& options, git::GitSource* source) {
  if (const auto range = options.value("--range")) return split_range(required(source, "--range"), *range).second;
  if (const auto push = options.value("--push")) {
    static_cast<void>(required(source, "--push"));
    return split_push(*push).second;
  }
  return {};
}

/// What is judged is said in one way.
void check_one_selection(const Options& options) {
  std::vector<std::string_view> given;
  for (const std::string_view name : {"--all", "--staged", "--range", "--push"})
    if (options.has(name)) given.push_back(name);
  if (!options.positional().empty()) given.emplace_back("PATH");
  if (given.size() > 1)
    throw usage_error(format("{} and {} exclude each other", given[0], given[1]), "say in one way what to judge");
}

}  // namespace

Selection select(const Options& options, git::GitSource* source, const config::Settings& settings) {
  check_one_selection(options);
  Selection selection;
  if (options.has("--staged")) {
    git::GitSource& repository = required(source, "--staged");
    selection.now = repository::index_snapshot(repository, settings);
    selection.base = repository::tree_snapshot(repository, repository.resolve_commit("HEAD").value_or(""), settings);
    selection.published =
        repository::tree_snapshot(repository, repository::published_commit(repository, settings), settings);
    selection.only = changed_paths(*selection.base, selection.now);
  } else if (const auto range = options.value("--range")) {
    git::GitSource& repository = required(source, "--range");
    const auto [from, to] = split_range(repository, *range);
    selection.now = repository::tree_snapshot(repository, to, settings);
    selection.base = repository::tree_snapshot(repository, from, settings);
    selection.published = selection.base;
    selection.only = changed_paths(*selection.base, selection.now);
    selection.outgoing = outgoing_between(from, to, selection.now);
  } else if (const auto push = options.value("--push")) {
    git::GitSource& repository = required(source, "--push");
    const auto [from, to] = split_push(*push);
    selection.now = repository::tree_snapshot(repository, to, settings);
    selection.published = repository::tree_snapshot(repository, from, settings);
    selection.outgoing = outgoing_between(from, to, selection.now);
  } else if (!options.positional().empty()) {
    selection = select_paths(options.positional(), source, settings);
  } else if (source != nullptr && !source->top().empty()) {
    selection.now = repository::work_tree_snapshot(source->top(), settings);
  } else {
    selection.now = repository::path_snapshot({"."});
  }
  return selection;
}

config::Settings load_settings(const Options& options, git::GitSource* source,
                               std::map<std::string, std::string> command_line) {
  std::optional<std::string> file;
  const bool on_disk = !options.has("--staged") && judged_commit(options, source).empty();
  if (!on_disk) file = read_selected(options, source, ".kairon").value_or("");
  return config::load(source, std::move(file), std::move(command_line));
}

std::optional<std::string> read_selected(const Options& options, git::GitSource* source, const std::string& path) {
  if (options.has("--staged")) return repository::read_index_file(required(source, "--staged"), path);
  if (const std::string commit = judged_commit(options, source); !commit.empty())
    return repository::read_tree_file(*source, commit, path);
  const std::string folder = source == nullptr || source->top().empty() ? std::string() : source->top() + "/";
  auto content = file::read(folder + path, json::kMaxBytes);
  if (!content.ok()) return std::nullopt;
  return std::move(*content);
}

std::string schema_base(const Options& options, git::GitSource& source, const config::Settings& settings) {
  if (const auto range = options.value("--range")) return split_range(source, *range).first;
  if (const auto push = options.value("--push")) return split_push(*push).first;
  const std::string commit = repository::published_commit(source, settings);
  return commit.empty() ? source.resolve_commit("HEAD").value_or("") : commit;
}

}  // namespace kairon::check
