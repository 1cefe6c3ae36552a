#include "install/survey.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>

#include "base/file.h"
#include "base/signals.h"
#include "base/text.h"
#include "install/git_config.h"
#include "json/document.h"

namespace kairon::install {

namespace {

constexpr std::size_t kManyFolders = 8;
constexpr std::size_t kManyPatterns = 20;
constexpr std::size_t kOneStrayIn = 100;
constexpr std::size_t kNearlyAll = 95;  ///< percent of a tree's JSON files

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

/// The first folder of a path, "" at the top.
std::string tree_of(const std::string& path) {
  return path.find('/') == std::string::npos ? std::string() : path.substr(0, path.find('/'));
}

bool below_tests(const std::string& path) { return ("/" + path).find("/tests/") != std::string::npos; }

std::vector<std::string> listed_files(const std::string& top) {
  const std::string list = ask_git(top, {"ls-files", "-z", "--cached", "--others", "--exclude-standard"}).value_or("");
  std::vector<std::string> out;
  for (const std::string_view path : text::split(list, '\0')) {
    if (!path.empty()) out.emplace_back(path);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

bool is_workflow(const std::string& content) {
  if (!text::contains(content, "\"nodes\"") || !text::contains(content, "\"connections\"")) return false;
  const json::Document::Parsed parsed = json::Document::parse(content);
  if (!parsed.document) return false;
  const json::Value root = parsed.document->root();
  return root["nodes"].is_array() && root["connections"].is_object();
}

/// Paths of workflows, and of those the ones that belong to the patterns.
struct WorkflowPaths {
  std::vector<std::string> kept;
  std::vector<std::string> aside;
};

/// Sets aside what is for development, archived, or a few strays next to a collection, as long as something
/// remains.
WorkflowPaths sort_out(const std::vector<std::string>& workflows) {
  WorkflowPaths out;
  for (const std::string& path : workflows) (is_set_aside(path) ? out.aside : out.kept).push_back(path);
  if (out.kept.empty()) return {workflows, {}};
  std::map<std::string, std::size_t> trees;
  for (const std::string& path : out.kept) ++trees[tree_of(path)];
  const auto is_stray = [&, all = out.kept.size()](const std::string& path) {
    const std::string tree = tree_of(path);
    return trees[tree] * (tree.empty() ? 2 : kOneStrayIn) < all;
  };
  std::copy_if(out.kept.begin(), out.kept.end(), std::back_inserter(out.aside), is_stray);
  std::erase_if(out.kept, is_stray);
  return out;
}

void look_at_workflows(const std::string& top, const std::vector<std::string>& files, Survey& found) {
  std::vector<std::string> all_json;
  std::vector<std::string> workflows;
  std::set<std::string> with_ctx;
  for (const std::string& path : files) {
    signals::check();
    if (!path.ends_with(".json") || below_tests(path)) continue;
    all_json.push_back(path);
    const Result<std::string> content = file::read(top + "/" + path, json::kMaxBytes);
    if (!content.ok() || !is_workflow(*content)) continue;
    workflows.push_back(path);
    if (text::contains(*content, "json.ctx") || text::contains(*content, "ctx:")) with_ctx.insert(path);
  }
  const WorkflowPaths sorted = sort_out(workflows);
  found.workflows = sorted.kept.size();
  found.with_ctx = static_cast<std::size_t>(std::count_if(
      sorted.kept.begin(), sorted.kept.end(), [&](const std::string& path) { return with_ctx.contains(path); }));
  found.workflow_globs = globs_for(sorted.kept, all_json);
  found.workflows_aside = globs_for(sorted.aside, all_json);
}

std::string default_branch(const std::string& top) {
  constexpr std::string_view kRemote = "refs/remotes/origin/";
  const auto remote = ask_git(top, {"symbolic-ref", "-q", "refs/remotes/origin/HEAD"});
  if (remote && remote->starts_with(kRemote)) return remote->substr(kRemote.size());
  if (ask_git(top, {"rev-parse", "-q", "--verify", "refs/heads/main"})) return "main";
  return ask_git(top, {"symbolic-ref", "-q", "--short", "HEAD"}).value_or("");
}

}  // namespace

bool is_set_aside(std::string_view path) {
  constexpr std::array kNames = std::to_array<std::string_view>(
      {"tests", "test", "archive", "archived", "archives", "old", "legacy", "backup", "backups", "bak", "dev",
       "development", "deprecated", "unused", "historical", "history", "disabled", "drafts"});
  const std::vector<std::string_view> parts = text::split(path, '/');
  return std::any_of(parts.begin(), parts.end() - 1, [&](std::string_view part) {
    const std::string_view last = part.substr(part.find_last_of("-_.") + 1);
    return std::find(kNames.begin(), kNames.end(), last) != kNames.end();
  });
}

std::vector<std::string> globs_for(const std::vector<std::string>& workflows,
                                   const std::vector<std::string>& all_json) {
  using Folders = std::map<std::string, std::vector<std::string>>;
  std::map<std::string, Folders> trees;
  for (const std::string& path : workflows) trees[tree_of(path)][folder_of(path)].push_back(path);
  const auto count_json = [&](const std::string& pattern) {
    return static_cast<std::size_t>(std::count_if(
        all_json.begin(), all_json.end(), [&](const std::string& path) { return text::glob_match(pattern, path); }));
  };
  std::vector<std::string> out;
  for (const auto& [tree, folders] : trees) {
    std::size_t members_of_tree = 0;
    std::string common = folders.begin()->first;
    for (const auto& [folder, members] : folders) {
      members_of_tree += members.size();
      while (!common.empty() && !(folder + "/").starts_with(common + "/")) common = folder_of(common);
    }
    const std::string all = (common.empty() ? tree : common) + "/**/*.json";
    // A folder that is added next to those of today is gated too.
    const std::size_t found = folders.size() > 1 && !common.empty() ? count_json(all) : 0;
    const bool nearly = folders.size() > kManyFolders && found * kNearlyAll <= members_of_tree * 100;
    if (found > 0 && (found == members_of_tree || nearly)) {
      out.push_back(all);
      continue;
    }
    for (const auto& [folder, members] : folders) {
      const std::string pattern = folder.empty() ? "*.json" : folder + "/*.json";
      if (count_json(pattern) == members.size() || members.size() > kManyPatterns) {
        out.push_back(pattern);
      } else {
        out.insert(out.end(), members.begin(), members.end());
      }
    }
  }
  return out;
}

Survey survey(const std::string& top) {
  const std::vector<std::string> files = listed_files(top);
  Survey found;
  look_at_workflows(top, files, found);
  find_migrations(files, found);
  find_histories(top, files, found);
  find_versions(top, files, found);
  found.branch = default_branch(top);
  return found;
}

}  // namespace kairon::install
