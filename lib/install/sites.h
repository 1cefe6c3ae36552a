#pragma once
#include <string>
#include <vector>

#include "install/git_config.h"

namespace kairon::install {

/// A work tree (or a bare repository) whose hooks git looks up.
struct WorkTree {
  std::string folder;      ///< top of the work tree, or the git dir of a bare repository; absolute
  std::string common_dir;  ///< the git dir shared by all work trees of the repository; absolute
};

/// The work trees of the repository that `folder` lies in: the main one, the linked ones, and those
/// of every initialised submodule, recursively. Throws Error(environment) when there is no repository.
[[nodiscard]] std::vector<WorkTree> work_trees(const std::string& folder);

/// Returns the work tree whose top is `top`.
[[nodiscard]] WorkTree work_tree_at(const std::string& top);

/// The configuration files that decide where these work trees find their hooks: each repository's
/// own one, and config.worktree where it overrides that one (extensions.worktreeConfig).
[[nodiscard]] std::vector<GitConfig> hook_config_files(const std::vector<WorkTree>& trees);

/// An existing folder or file as an absolute path without links; as it is when it does not exist.
[[nodiscard]] std::string real_path(const std::string& path);

}  // namespace kairon::install
