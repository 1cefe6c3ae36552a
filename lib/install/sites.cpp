#include "install/sites.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/error.h"
#include "base/file.h"
#include "base/format.h"
#include "base/text.h"

namespace kairon::install {

namespace {

std::string rev_parse(const std::string& folder, const std::string& option) {
  return ask_git(folder, {"rev-parse", "--path-format=absolute", option}).value_or("");
}

std::vector<std::string> listed_work_trees(const std::string& folder) {
  const std::string list = ask_git(folder, {"worktree", "list", "--porcelain", "-z"}).value_or("");
  std::vector<std::string> out;
  for (const std::string_view field : text::split(list, '\0')) {
    constexpr std::string_view kPrefix = "worktree ";
    if (field.starts_with(kPrefix)) out.emplace_back(field.substr(kPrefix.size()));
  }
  return out;
}

/// Folders of initialised submodules, by the work tree's .gitmodules (gitmodules(5)).
std::vector<std::string> submodules(const std::string& top) {
  const std::string modules = top + "/.gitmodules";
  if (!file::exists(modules)) return {};
  const std::string list =
      ask_git(top, {"config", "-z", "--file", modules, "--get-regexp", "^submodule\\..*\\.path$"}).value_or("");
  std::vector<std::string> out;
  for (const std::string_view field : text::split(list, '\0')) {
    const std::size_t end = field.find('\n');
    if (end == std::string_view::npos) continue;
    std::string folder = top + "/" + std::string(field.substr(end + 1));
    if (file::exists(folder + "/.git")) out.push_back(std::move(folder));
  }
  return out;
}

void collect(const std::string& folder, std::set<std::string>& seen, std::vector<WorkTree>& out) {
  const std::string common_dir = rev_parse(folder, "--git-common-dir");
  if (!seen.insert(common_dir).second) return;
  const bool bare = ask_git(folder, {"rev-parse", "--is-bare-repository"}) == "true";
  std::vector<std::string> tops = listed_work_trees(folder);
  // The first one listed is wrong where the git dir lies elsewhere (submodules, --separate-git-dir).
  if (!bare && ask_git(folder, {"rev-parse", "--is-inside-work-tree"}) == "true") {
    std::string top = rev_parse(folder, "--show-toplevel");
    if (rev_parse(folder, "--git-dir") == common_dir && !tops.empty()) tops.front() = top;
  }
  for (const std::string& top : tops) {
    if (!std::filesystem::is_directory(top)) continue;
    out.push_back({top, common_dir});
    for (const std::string& submodule : submodules(top)) collect(submodule, seen, out);
  }
}

}  // namespace

std::vector<WorkTree> work_trees(const std::string& folder) {
  std::error_code failed;
  if (!folder.empty() && !std::filesystem::is_directory(folder, failed))
    throw usage_error(format("no folder {}", text::printable(folder)));
  std::set<std::string> seen;
  std::vector<WorkTree> out;
  collect(folder, seen, out);
  return out;
}

WorkTree work_tree_at(const std::string& top) {
  const std::vector<WorkTree> trees = work_trees(top);
  const auto here = std::find_if(trees.begin(), trees.end(), [&](const auto& tree) { return tree.folder == top; });
  return here == trees.end() ? trees.front() : *here;
}

std::vector<GitConfig> hook_config_files(const std::vector<WorkTree>& trees) {
  std::set<std::string> seen;
  std::vector<GitConfig> out;
  for (const WorkTree& tree : trees) {
    const GitConfig local(tree.folder, ConfigScope::local);
    if (seen.insert(tree.common_dir).second) out.push_back(local);
    if (local.get("extensions.worktreeConfig").value_or("false") != "true") continue;
    const GitConfig own(tree.folder, ConfigScope::worktree);
    if (own.get("core.hooksPath")) out.push_back(own);
  }
  return out;
}

std::string real_path(const std::string& path) {
  std::error_code failed;
  const std::filesystem::path real = std::filesystem::canonical(path, failed);
  return failed ? path : real.string();
}

}  // namespace kairon::install
