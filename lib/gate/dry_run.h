#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace kairon::gate {

enum class DryRun { no, yes, unknown };

/// Returns whether a process is `git push --dry-run`, from its argument list (NUL-separated, as in /proc/<pid>/cmdline;
/// options as git-push(1) has them, the last one counts). Unknown for a process that is not `git push`. git replaces
/// an alias by its meaning and runs that as a child (git.c, run_argv()), so the child's list decides.
[[nodiscard]] DryRun dry_run_from(std::string_view command_line);

/// Returns the same of the processes above us, nearest first: the nearest `git push` decides, because a hook manager
/// may run between git and us. Without one, `-n` in the nearest git's list counts: an old git that knows the alias by
/// itself.
[[nodiscard]] DryRun dry_run_above(const std::vector<std::string>& command_lines);

/// Returns the same for this process.
[[nodiscard]] DryRun our_dry_run();

}  // namespace kairon::gate
