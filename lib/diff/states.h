#pragma once
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/options.h"
#include "config/settings.h"
#include "diff/file_diff.h"
#include "git/source.h"
#include "repository/snapshot.h"

namespace kairon::diff {

/// The two states that a command line of `kairon diff` names.
struct DiffStates {
  repository::Snapshot before;
  repository::Snapshot after;
  /// The state whose migrations may no longer change, as the gate takes it: the left side of a range, else what
  /// the remotes have. Nothing for two files.
  std::optional<repository::Snapshot> published;
  std::string before_name;
  std::string after_name;
  /// Files or folders to look at, from the repository's top; empty = all.
  std::vector<std::string> paths;
  /// Two files named by hand are one file, whatever they are called.
  bool one_file = false;
  config::Settings settings;
};

/// Reads A..B, A...B, --staged, a commit, files, or nothing (HEAD against the work tree). `source` is null
/// outside of a repository. Throws Error(usage) for what names nothing.
[[nodiscard]] DiffStates diff_states(const Options& options, git::GitSource* source);

/// The files of two states that differ, sorted by path; a file that was renamed is one file.
[[nodiscard]] std::vector<diff::FileDiff> diff_snapshots(const repository::Snapshot& before,
                                                         const repository::Snapshot& after,
                                                         const std::vector<std::string>& paths);
/// The two files of a state that holds one file on each side.
[[nodiscard]] std::vector<diff::FileDiff> diff_one_file(const repository::Snapshot& before,
                                                        const repository::Snapshot& after);

}  // namespace kairon::diff
