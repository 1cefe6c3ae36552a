#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "git/source.h"

namespace kairon::git {

/// Where a repository's parts lie; all absolute and without a final slash.
struct Places {
  std::string top;         ///< "" in a bare repository
  std::string git_dir;     ///< of this work tree
  std::string common_dir;  ///< shared by all work trees
  std::string start;       ///< the folder that children run in, "" = ours
  Network network = Network::allowed;
};

/// The folders without final slashes; empty when one of them means the whole repository.
[[nodiscard]] std::vector<std::string> clean_folders(std::span<const std::string> folders);

/// True when `path` is one of the folders or lies below one; always when there are none.
[[nodiscard]] bool is_below(std::string_view path, std::span<const std::string> folders);

/// The path without links and dots when it exists, else the path as it is.
[[nodiscard]] std::string real_path(const std::string& path);

/// True when `start` ("" = current folder) or a folder above it has a `.git`, or looks like a git
/// dir itself, or GIT_DIR is set: then "no repository" is not an answer to be trusted.
/// Stops at GIT_CEILING_DIRECTORIES, as git does.
[[nodiscard]] bool has_repository_traces(const std::string& start);

/// The mode as git compares it: only the owner's execute bit of a file counts (gitformat-index(5)).
[[nodiscard]] constexpr unsigned canonical_mode(unsigned mode) {
  constexpr unsigned kType = 0170000;
  constexpr unsigned kRegular = 0100000;
  if ((mode & kType) != kRegular) return mode;
  return (mode & 0100U) != 0 ? 0100755U : 0100644U;
}

}  // namespace kairon::git
