#pragma once
#include <string>
#include <vector>

#include "base/file.h"

namespace kairon::postgres {

/// What a fenced process may do below a path (Landlock, Documentation/userspace-api/landlock.rst).
enum class PathUse {
  read,     ///< read files and list folders
  own,      ///< read, write, create and remove files and folders
  sockets,  ///< `own`, and create sockets
  device,   ///< read and write one device file
  program   ///< read and execute one file
};

struct PathRule {
  std::string path;
  PathUse use = PathUse::read;
};

/// Returns the version of the kernel's Landlock interface, 0 when the kernel has none or it is not switched on.
[[nodiscard]] int landlock_version();

/// Makes a set of rules that refuses every path without a rule, binding and connecting TCP ports, signals to
/// processes outside and abstract sockets, as far as the kernel knows these. A path that does not exist is left
/// out. Throws Error(environment) when the kernel refuses a rule.
[[nodiscard]] file::Descriptor landlock_rules(const std::vector<PathRule>& paths);

/// Puts the calling thread under the rules for good; false with errno. Async-signal-safe.
[[nodiscard]] bool landlock_enter(int rules) noexcept;

}  // namespace kairon::postgres
