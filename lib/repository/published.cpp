#include "repository/published.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <vector>

#include "base/file.h"
#include "base/format.h"
#include "base/text.h"
#include "repository/push_range.h"

namespace kairon::repository {

namespace {

namespace fs = std::filesystem;

/// The names in `[remote "NAME"]` lines of a git configuration; a whole parser would cost every commit time.
void add_configured(const std::string& path, std::set<std::string>& names) {
  const auto config = file::read(path);
  for (std::string_view line : text::lines(config.ok() ? std::string_view(*config) : std::string_view())) {
    line = text::trim(line);
    constexpr std::string_view kOpen = "[remote \"";
    const std::size_t close = line.rfind("\"]");
    if (!text::equal_ignoring_case(line.substr(0, kOpen.size()), kOpen) || close == std::string_view::npos) continue;
    names.insert(std::string(line.substr(kOpen.size(), close - kOpen.size())));
  }
}

/// Names in packed-refs, one line a ref (gitrepository-layout(5)).
void add_packed(const std::string& path, std::set<std::string>& names) {
  const auto packed = file::read(path);
  constexpr std::string_view kRemotes = " refs/remotes/";
  for (const std::string_view line : text::lines(packed.ok() ? std::string_view(*packed) : std::string_view())) {
    const std::size_t at = line.find(kRemotes);
    if (at == std::string_view::npos) continue;
    const std::string_view name = line.substr(at + kRemotes.size());
    names.emplace(name.substr(0, name.find('/')));
  }
}

/// Remotes that may have something: those that are configured, and those that left refs here.
std::set<std::string> remotes_of(const std::string& common_dir) {
  std::set<std::string> names;
  add_configured(common_dir + "/config", names);
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(common_dir + "/refs/remotes", failed)) {
    const std::string name = entry.path().filename().string();
    const auto longer = names.lower_bound(name + "/");  // the folder of a remote with a slash in its name
    if (longer == names.end() || !longer->starts_with(name + "/")) names.insert(name);
  }
  if (names.empty()) add_packed(common_dir + "/packed-refs", names);
  return names;
}

std::optional<git::Oid> branch_of(git::GitSource& source, const std::string& remote, const std::string& branch) {
  return source.resolve_commit(format("refs/remotes/{}/{}", remote, branch));
}

/// The younger one of two commits of which one is an ancestor of the other, else the first.
git::Oid younger(git::GitSource& source, const git::Oid& a, const git::Oid& b) {
  if (a.empty() || b.empty() || a == b) return a.empty() ? b : a;
  return source.merge_base(a, b) == a ? b : a;
}

/// Where `head` left the first of these branches that the remote has; "" when it has none.
git::Oid fork_from(git::GitSource& source, const git::Oid& head, const std::string& remote,
                   const std::vector<std::string>& branches) {
  for (const std::string& name : branches) {
    const auto upstream = branch_of(source, remote, name);
    if (!upstream) continue;
    if (const auto base = source.merge_base(head, *upstream)) return *base;
  }
  return {};
}

std::string deploy_branch(const config::Settings& settings) { return settings.value(config::kDeployBranch); }

/// branch.NAME.remote of the repository's own configuration, "" when it is not said.
std::string configured_remote(const std::string& common_dir, const std::string& branch) {
  const auto content = file::read(common_dir + "/config");
  const auto entries = git::parse_config(content.ok() ? std::string_view(*content) : std::string_view(), "config");
  std::string remote;
  if (!entries.ok()) return remote;
  for (const git::ConfigEntry& entry : *entries)
    if (entry.section == "branch" && entry.subsection == branch && entry.key == "remote") remote = entry.value;
  return remote;
}

}  // namespace

git::Oid published_commit(git::GitSource& source, const config::Settings& settings) {
  const auto head = source.resolve_commit("HEAD");
  const std::set<std::string> remotes = remotes_of(source.common_dir());
  if (!head || remotes.empty()) return {};
  const std::string branch = deploy_branch(settings);
  constexpr std::string_view kHeads = "refs/heads/";
  const std::string current = source.head_ref();
  const std::string own = current.starts_with(kHeads) ? current.substr(kHeads.size()) : branch;
  git::Oid published;
  for (const std::string& remote : remotes)
    published = younger(source, published, fork_from(source, *head, remote, {own, branch}));
  if (!published.empty()) return published;
  const std::vector<std::string> head_only{*head};
  for (const std::string& remote : remotes)
    published = younger(source, published,
                        NewHistory(source.new_history(head_only, git::known_to(remote))).nearest_known(*head));
  return published;
}

std::optional<git::Oid> remote_deploy_branch(git::GitSource& source, const config::Settings& settings) {
  const std::string branch = deploy_branch(settings);
  const std::set<std::string> remotes = remotes_of(source.common_dir());
  const std::string configured = configured_remote(source.common_dir(), branch);
  if (remotes.contains(configured)) return branch_of(source, configured, branch);
  if (remotes.contains("origin")) return branch_of(source, "origin", branch);
  return remotes.size() == 1 ? branch_of(source, *remotes.begin(), branch) : std::nullopt;
}

}  // namespace kairon::repository
