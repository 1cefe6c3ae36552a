#include "check/selection.h"

#include <algorithm>
#include <filesystem>
#include <iterator>

#include "base/error.h"
#include "base/file.h"
#include "base/format.h"
#include "base/input.h"
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

/// True for what means "nothing before": no text, zeros (GitHub's event.before), the empty tree's id.
bool is_nothing(const std::string& revision) {
  constexpr std::string_view kEmptyTrees[] = {"4b825dc642cb6eb9a060e54bf8d69288fbee4904",
                                              "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"};
  return revision.empty() || repository::is_zero(revision) ||
         std::find(std::begin(kEmptyTrees), std::end(kEmptyTrees), revision) != std::end(kEmptyTrees);
}

/// Both ends of A..B or A...B as commits; the first is "" where nothing was before.
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
  const bool three = range.substr(dots).starts_with("...");
  const std::string second = commit(range.substr(dots + (three ? 3 : 2)));
  if (is_nothing(range.substr(0, dots))) return {"", second};
  const std::string first = commit(range.substr(0, dots));
  return {three ? source.merge_base(first, second).value_or("") : first, second};
}

/// Judges PATHs inside the repository together with the rest of the work tree, others by themselves.
Subject select_paths(const std::vector<std::string>& paths, git::GitSource* source, const config::Settings& settings) {
  namespace fs = std::filesystem;
  Subject selection;
  const auto by_themselves = [&] {
    Subject alone;
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

/// BASE..TIP as pre-push passes it: BASE may be nothing, which is the empty tree.
std::pair<std::string, std::string> split_push(git::GitSource& source, const std::string& range) {
  const std::size_t dots = range.find("..");
  if (dots == std::string::npos) throw usage_error(format("--push {}: write BASE..TIP", text::printable(range)));
  const std::string base = range.substr(0, dots);
  const auto tip = source.resolve_commit(range.substr(dots + 2));
  if (!tip)
    throw usage_error(format("--push: '{}' names no commit", text::printable(range.substr(dots + 2))),
                      "write BASE..TIP");
  return {is_nothing(base) ? std::string() : base, *tip};
}

/// What stdin holds, in the place of the file `name` where the settings cover that, else by itself.
Subject from_stdin(const std::string& name, git::GitSource* source, const config::Settings& settings) {
  namespace fs = std::filesystem;
  Result<std::string> content = read_stdin(json::kMaxBytes);
  if (!content.ok()) throw environment_error(content.failure().text);
  Subject subject;
  subject.now.complete = false;
  if (name.empty()) {
    const std::string_view begin = text::trim(std::string_view(*content).substr(0, 4096));
    repository::put_file(subject.now, begin.starts_with('{') || begin.starts_with('[') ? "stdin.json" : "stdin.sql",
                         std::move(*content));
    return subject;
  }
  if (!name.ends_with(".json") && !name.ends_with(".sql"))
    throw usage_error(
        format("--stdin-filename {}: neither a workflow (.json) nor a migration (.sql)", text::printable(name)));
  std::error_code failed;
  const std::string inside =
      source == nullptr || source->top().empty()
          ? name
          : fs::weakly_canonical(name, failed).lexically_relative(source->top()).generic_string();
  if (source != nullptr && (settings.is_workflow_path(inside) || settings.is_migration_path(inside))) {
    subject.now = repository::work_tree_snapshot(source->top(), settings);
    subject.only = std::set<std::string>{inside};
  }
  repository::put_file(subject.now, inside, std::move(*content));
  return subject;
}

/// The work tree, or of it what the PATHs name.
Subject files_on_disk(const Options& options, git::GitSource* source, const config::Settings& settings) {
  const std::vector<std::string>& paths = options.positional();
  if (paths == std::vector<std::string>{"-"})
    return from_stdin(options.value("--stdin-filename").value_or(""), source, settings);
  if (options.has("--stdin-filename"))
    throw usage_error("--stdin-filename goes with -", "kairon check --stdin-filename PATH -");
  if (!paths.empty()) return select_paths(paths, source, settings);
  Subject subject;
  subject.now = source != nullptr && !source->top().empty() ? repository::work_tree_snapshot(source->top(), settings)
                                                            : repository::path_snapshot({"."});
  return subject;
}

/// The commit whose content is judged; "" when that is the index or the work tree.
std::string judged_commit(const Options& options, git::GitSource* source) {
  if (const auto range = options.value("--range")) return split_range(required(source, "--range"), *range).second;
  if (const auto push = options.value("--push")) return split_push(required(source, "--push"), *push).second;
  return {};
}

/// What is judged is said in one way.
void check_one_selection(const Options& options) {
  std::vector<std::string_view> given;
  for (const std::string_view name : {"--all", "--staged", "--range", "--push"})
    if (options.has(name)) given.push_back(name);
  if (!options.positional().empty()) given.emplace_back("PATH");
  if (given.size() > 1)
    throw usage_error(format("{} cannot be used with {}", given[0], given[1]), "say in one way what to judge");
}

}  // namespace

Subject select(const Options& options, git::GitSource* source, const config::Settings& settings) {
  check_one_selection(options);
  if (options.has("--staged")) return staged(required(source, "--staged"), settings);
  if (const auto wanted = options.value("--range")) {
    const auto [from, to] = split_range(required(source, "--range"), *wanted);
    return range(*source, settings, from, to);
  }
  if (const auto push = options.value("--push")) {
    const auto [from, to] = split_push(required(source, "--push"), *push);
    Subject subject = pushed(*source, settings, from, to);
    add_history(subject, from, to);
    return subject;
  }
  Subject subject = files_on_disk(options, source, settings);
  if (source == nullptr) return subject;
  subject.read = [&options, source](const std::string& path) { return read_selected(options, source, path); };
  subject.untouched = [&options, source, head = source->resolve_commit("HEAD")](const std::string& path) {
    return !head || repository::read_tree_file(*source, *head, path) == read_selected(options, source, path);
  };
  return subject;
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
  auto content = file::read_below(source == nullptr ? std::string() : source->top(), path, json::kMaxBytes);
  if (!content.ok()) return std::nullopt;
  return std::move(*content);
}

std::string schema_base(const Options& options, git::GitSource& source, const config::Settings& settings) {
  if (const auto range = options.value("--range")) return split_range(source, *range).first;
  if (const auto push = options.value("--push")) return split_push(source, *push).first;
  const std::string commit = repository::published_commit(source, settings);
  return commit.empty() ? source.resolve_commit("HEAD").value_or("") : commit;
}

}  // namespace kairon::check
