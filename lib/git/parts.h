#pragma once
#include <cstddef>
#include <functional>
#include <string_view>

#include "base/result.h"
#include "git/source.h"

namespace kairon::git {

/// Hands an object of any size to `take` in order, in parts of at most `part` bytes. A git process reads it: libgit2
/// takes a packed object only as a whole. Fails (does not throw) when the object is missing.
[[nodiscard]] Result<void> read_parts(const GitSource& source, const Oid& oid, std::size_t part,
                                      const std::function<void(std::string_view)>& take);

}  // namespace kairon::git
