#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "json/document.h"

namespace kairon::diff {

inline constexpr std::size_t kNone = static_cast<std::size_t>(-1);

/// One step of a path: a member of an object, or an element of an array with its index on each side
/// (kNone where it does not exist).
struct Step {
  std::string key;
  std::size_t before = kNone;
  std::size_t after = kNone;
  [[nodiscard]] bool is_member() const { return before == kNone && after == kNone; }
};

using Path = std::vector<Step>;

/// A value that differs. `before` is absent when the value was added, `after` when it was removed. The
/// handles live as long as their documents.
struct Change {
  Path path;
  json::Value before;
  json::Value after;
};

/// Returns "assignments[2].value"; the first `skip` steps are left out.
[[nodiscard]] std::string path_text(const Path& path, std::size_t skip = 0);

/// Compares by value: the order of members does not count, the last of equal keys does.
[[nodiscard]] bool equal(const json::Value& a, const json::Value& b);

/// Appends the smallest differing values below `path`. Objects are compared member by member. Array
/// elements are paired by their ids or names, else by content.
void compare(const json::Value& before, const json::Value& after, const Path& path, std::vector<Change>& out);

}  // namespace kairon::diff
