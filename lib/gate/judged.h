#pragma once
#include <string>

namespace kairon::gate {

/// pre-commit and post-commit are children of one `git commit`. The first leaves a note of its parent
/// below `git_dir`, so that the second knows what was judged and stays silent without looking again.
/// Where a hook manager stands between, parents differ, and post-commit looks again: that is slower,
/// and nothing worse.

/// Leaves the note. Never fails: without it post-commit only looks again.
void note_judged(const std::string& git_dir);

/// True when a hook that was started by this process's parent left the note, which is taken away: a
/// program that makes several commits tells of each.
[[nodiscard]] bool was_judged(const std::string& git_dir);

}  // namespace kairon::gate
