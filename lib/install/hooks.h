#pragma once
#include <optional>
#include <string>
#include <vector>

#include "install/sites.h"

namespace kairon::install {

/// Names of the keys that remember what stood before (in the file where core.hooksPath was set).
inline constexpr const char* kHooksPathKey = "core.hooksPath";
inline constexpr const char* kPreviousKey = "kairon.previousHooksPath";            ///< run after the gate
inline constexpr const char* kInheritedKey = "kairon.previousHooksPathInherited";  ///< it came from a weaker file

/// PREFIX/libexec/kairon/hooks next to the running `kairon`, absolute. Throws Error(environment) when
/// this `kairon` was not installed.
[[nodiscard]] std::string installed_hooks_folder();

/// True for any installation's folder of hooks, this one or another.
[[nodiscard]] bool is_gate_folder(const std::string& hooks_path);

/// Names in `folder` that git would run as hooks.
[[nodiscard]] std::vector<std::string> hooks_in(const std::string& folder);

/// Where the hooks that ran before the gate are, seen from a work tree: absolute.
[[nodiscard]] std::string earlier_hooks_folder(const WorkTree& tree);

/// The folder whose hooks run in this work tree today, or would run after the gate: absolute.
[[nodiscard]] std::string folder_to_chain(const WorkTree& tree);

/// What was done to one configuration file, for the user.
struct HookChange {
  std::string where;   ///< the repository's folder, or "global"
  std::string action;  ///< one sentence
};

/// Points every configuration file of the repository in `folder` to `hooks_folder` and records what
/// stood there, so that it is run after the gate and restored by uninstall_hooks(). Done twice it
/// changes nothing. Links for names the gate does not answer are made in `hooks_folder` only when
/// an earlier hook has that name, since each costs a process. Throws Error(environment) when git or
/// the file system refuses; nothing is then pointed to a folder that lacks a hook.
[[nodiscard]] std::vector<HookChange> install_hooks(const std::string& folder, const std::string& hooks_folder);

/// The same for the user's global configuration. Every ordinary hook name gets its link, as any
/// repository may have any hook of its own.
[[nodiscard]] std::vector<HookChange> install_global_hooks(const std::string& hooks_folder);

/// Puts back what install_hooks() found. A core.hooksPath that somebody changed since, or that belongs
/// to another installation, is left alone.
[[nodiscard]] std::vector<HookChange> uninstall_hooks(const std::string& folder, const std::string& hooks_folder);
[[nodiscard]] std::vector<HookChange> uninstall_global_hooks(const std::string& hooks_folder);

/// The repositories that install_hooks() was told of, remembered in `hooks_folder`/../repositories
/// so that removing the suite can restore them. Not remembering is not an error.
void remember_repository(const std::string& hooks_folder, const std::string& folder);
[[nodiscard]] std::vector<std::string> remembered_repositories(const std::string& hooks_folder);
void forget_repository(const std::string& hooks_folder, const std::string& folder);

}  // namespace kairon::install
