#include "install/hooks.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "base/environment.h"
#include "base/error.h"
#include "base/file.h"
#include "base/format.h"
#include "base/text.h"
#include "install/hook_names.h"
#include "install/replaced.h"

namespace kairon::install {

namespace {

/// Called so often, or so rarely by a user's own hook, that a global installation leaves them out:
/// reference-transaction runs 26 times in a rebase of three commits.
constexpr std::string_view kCostly[] = {"reference-transaction", "post-index-change"};

bool is_costly(std::string_view name) {
  return std::find(std::begin(kCostly), std::end(kCostly), name) != std::end(kCostly);
}

void make_link(const std::string& hooks_folder, const std::string& name) {
  const std::string path = hooks_folder + "/" + name;
  if (::symlink("pre-commit", path.c_str()) == 0 || errno == EEXIST) return;
  throw environment_error(format("cannot link {}: {}", path, file::last_error()),
                          format("sudo ln -s pre-commit {}", path));
}

/// The value to put into kairon.previousHooksPath: as written, save what only git can expand.
std::string portable(const GitConfig& config, const std::string& raw) {
  const bool only_git = raw.starts_with("%(prefix)") || (raw.starts_with("~") && !raw.starts_with("~/"));
  if (!only_git) return raw;
  return ask_git(config.folder(), {"config", "--type=path", "--get", kHooksPathKey}).value_or(raw);
}

void record_previous(const GitConfig& config) {
  std::optional<std::string> previous = config.get(kHooksPathKey);
  const bool inherited = !previous.has_value();
  if (inherited && config.scope() != ConfigScope::global) {
    if (const auto weaker = effective_config(config.folder(), kHooksPathKey)) previous = weaker->value;
  }
  config.unset(kInheritedKey);
  if (!previous || is_gate_folder(*previous)) {
    config.unset(kPreviousKey);
    return;
  }
  config.set(kPreviousKey, portable(config, *previous));
  if (inherited) config.set(kInheritedKey, "true");
}

std::string describe_chain(const std::vector<std::string>& names) {
  return names.empty() ? "no earlier hooks"
                       : format("earlier hooks kept and run after it: {}", text::join(names, ", "));
}

HookChange point_to(const GitConfig& config, const std::string& hooks_folder, const std::vector<std::string>& earlier) {
  const std::string where = config.scope() == ConfigScope::global ? std::string("global") : config.folder();
  const std::optional<std::string> now = config.get(kHooksPathKey);
  if (now == hooks_folder) return {where, format("already gated ({})", describe_chain(earlier))};
  if (!now || !is_gate_folder(*now)) record_previous(config);
  config.set(kHooksPathKey, hooks_folder);
  return {where, format("gated by {} ({})", hooks_folder, describe_chain(earlier))};
}

HookChange restore(const GitConfig& config, const std::string& hooks_folder) {
  const std::string where = config.scope() == ConfigScope::global ? std::string("global") : config.folder();
  const std::optional<std::string> now = config.get(kHooksPathKey);
  const std::optional<std::string> previous = config.get(kPreviousKey);
  const bool put_back = previous && !config.get(kInheritedKey);
  HookChange change{where, "was not gated"};
  const bool ours = now && (now == hooks_folder || (is_gate_folder(*now) && !file::exists(*now)));
  if (now && is_gate_folder(*now) && !ours) {
    change.action = format("belongs to another installation, {}; left as it is", *now);
    return change;
  }
  if (ours) {
    if (put_back) config.set(kHooksPathKey, *previous);
    if (!put_back) config.unset(kHooksPathKey);
    change.action = put_back ? format("core.hooksPath is {} again", *previous) : "core.hooksPath is unset again";
  } else if (now && previous) {
    change.action = format("core.hooksPath was changed to {} since; left as it is", *now);
  }
  config.unset(kPreviousKey);
  config.unset(kInheritedKey);
  config.unset(kRetiredKey);
  return change;
}

}  // namespace

std::string installed_hooks_folder() {
  const std::filesystem::path prefix = std::filesystem::path(environment::executable_folder()).parent_path();
  std::string folder = (prefix / "libexec/kairon/hooks").string();
  if (!file::exists(folder + "/pre-commit"))
    throw environment_error(format("no hooks in {}", folder), "install the suite: ./install.sh --prefix DIR");
  return folder;
}

bool is_gate_folder(const std::string& hooks_path) {
  std::string_view path = hooks_path;
  while (path.ends_with('/')) path.remove_suffix(1);
  return path.ends_with("/libexec/kairon/hooks");
}

std::vector<std::string> hooks_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
    const std::string name = entry.path().filename().string();
    if (!is_gated_hook(name) && !is_hook_name(name)) continue;
    std::error_code ignored;
    if (entry.is_regular_file(ignored) && ::access(entry.path().c_str(), X_OK) == 0) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string earlier_hooks_folder(const WorkTree& tree) {
  const std::optional<std::string> recorded = ask_git(tree.folder, {"config", "--type=path", "--get", kPreviousKey});
  if (!recorded) return tree.common_dir + "/hooks";
  return (std::filesystem::path(tree.folder) / *recorded).string();
}

std::string folder_to_chain(const WorkTree& tree) {
  const std::optional<EffectiveValue> now = effective_config(tree.folder, kHooksPathKey);
  if (now && !is_gate_folder(now->value)) {
    const std::string path = ask_git(tree.folder, {"config", "--type=path", "--get", kHooksPathKey}).value_or("");
    return (std::filesystem::path(tree.folder) / path).string();
  }
  return earlier_hooks_folder(tree);
}

std::vector<HookChange> install_hooks(const std::string& folder, const std::string& hooks_folder) {
  const std::vector<WorkTree> trees = work_trees(folder);
  std::vector<std::pair<std::string, std::vector<std::string>>> earlier;  // common dir, names
  for (const WorkTree& tree : trees) {
    std::vector<std::string> names = hooks_in(folder_to_chain(tree));
    for (const std::string& name : names) {
      if (!is_gated_hook(name)) make_link(hooks_folder, name);
    }
    const std::vector<std::string> retired = retired_hooks(tree);
    std::erase_if(names,
                  [&](const auto& name) { return std::find(retired.begin(), retired.end(), name) != retired.end(); });
    earlier.emplace_back(tree.folder, std::move(names));
  }
  std::vector<HookChange> changes;
  for (const GitConfig& config : hook_config_files(trees)) {
    const auto names =
        std::find_if(earlier.begin(), earlier.end(), [&](const auto& e) { return e.first == config.folder(); });
    changes.push_back(point_to(config, hooks_folder, names->second));
  }
  if (!trees.empty()) remember_repository(hooks_folder, trees.front().folder);
  return changes;
}

std::vector<HookChange> install_global_hooks(const std::string& hooks_folder) {
  for (const std::string_view name : other_hooks()) {
    if (!is_costly(name)) make_link(hooks_folder, std::string(name));
  }
  const GitConfig config("", ConfigScope::global);
  return {point_to(config, hooks_folder, {})};
}

std::vector<HookChange> uninstall_hooks(const std::string& folder, const std::string& hooks_folder) {
  const std::vector<WorkTree> trees = work_trees(folder);
  std::vector<HookChange> changes;
  for (const GitConfig& config : hook_config_files(trees)) changes.push_back(restore(config, hooks_folder));
  if (!trees.empty()) forget_repository(hooks_folder, trees.front().folder);
  return changes;
}

std::vector<HookChange> uninstall_global_hooks(const std::string& hooks_folder) {
  return {restore(GitConfig("", ConfigScope::global), hooks_folder)};
}

}  // namespace kairon::install
