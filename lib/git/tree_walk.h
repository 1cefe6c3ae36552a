#pragma once
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "git/handles.h"

namespace kairon::git {

/// Goes through the files of a tree in the order of their paths, reading no folder that nobody asks for.
class TreeWalk {
 public:
  struct Visitor {
    /// A file, link or submodule. The id is 20 bytes.
    std::function<void(std::string_view path, unsigned mode, std::string_view id)> file;
    /// Returns true for a folder that is not to be read.
    std::function<bool(std::string_view path, std::string_view id)> skip;
  };

  /// `folders`: only these paths and what lies below them; empty: everything.
  TreeWalk(git_odb* objects, std::span<const std::string> folders, const Visitor& visitor);

  /// False when an object of it cannot be read; what was visited before is of no use then.
  [[nodiscard]] bool go(const git_oid& tree) { return walk(tree, Wanted::part); }

 private:
  enum class Wanted { nothing, part, all };
  [[nodiscard]] Wanted wanted(std::string_view path) const;
  [[nodiscard]] bool walk(const git_oid& tree, Wanted parent);

  git_odb* objects_;
  std::vector<std::string> folders_;
  const Visitor& visitor_;
  std::string path_;
  int depth_ = 0;
};

}  // namespace kairon::git
