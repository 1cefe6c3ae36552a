#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "git/source.h"

namespace kairon::gate {

/// The name that `hooks install --server` gives to the pre-receive hook that was there before its own.
inline constexpr const char* kEarlierReceive = "pre-receive.before-kairon";

/// How git called a hook.
struct HookCall {
  std::string name;                       ///< "pre-push"
  std::vector<std::string> argv = {};     ///< git's arguments, without the program's name
  std::optional<std::string> input = {};  ///< what stdin carried when we have read it; unset = not read
  std::string program = {};               ///< argv[0]
};

/// Returns the call's name and arguments from a main's argv; stdin is left alone.
[[nodiscard]] HookCall hook_call(int argc, char** argv);

/// Returns the hook that was at `name` before the gate was installed, as a path that can be run from the
/// folder git starts hooks in; nothing when it is missing, when it is not executable (git ignores
/// such a hook too), when it is the gate itself or when `kairon.retiredHooks` names it. `entries`: kairon_config(); the
/// strongest `kairon.previousHooksPath` counts, without any it is `<common_dir>/hooks`. A relative path is relative to
/// the folder git starts hooks in, `~/` is the home folder (git-config(1), core.hooksPath).
[[nodiscard]] std::optional<std::string> find_chained_hook(std::string_view name,
                                                           std::span<const git::ConfigEntry> entries,
                                                           std::string_view common_dir);

/// True when git runs the gate because a `hook.<name>.command` of the configuration names it, and not because
/// core.hooksPath does: git then runs the other hooks itself.
[[nodiscard]] bool is_configured_hook(const HookCall& call, std::span<const git::ConfigEntry> entries);

/// Runs `path` as git would have: same arguments, stdin (replayed
/// when `call.input` is set, else ours), environment and streams. Returns its exit status (128 +
/// signal when a signal ended it). Throws Error(environment) when it cannot be started: git blocks then too.
[[nodiscard]] int run_hook(const HookCall& call, const std::string& path);

/// Runs the earlier hook of this name, if there is one that git does not run itself. Call it after the gate's own
/// checks have passed. Returns its exit status, 0 when there is none or when it is what called us.
[[nodiscard]] int run_chained_hook(const HookCall& call, const git::GitSource& source);

/// Runs only the earlier hook, for a name that the gate does not answer (is_gated_hook() is false).
[[nodiscard]] ExitCode run_only_chained_hook(const HookCall& call);

}  // namespace kairon::gate
