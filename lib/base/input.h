#pragma once
#include <cstddef>
#include <string>

#include "base/result.h"

namespace kairon {

/// All of stdin. Fails with the system's reason, and above `limit` bytes. Throws Error(interrupted) after a
/// signal.
[[nodiscard]] Result<std::string> read_stdin(std::size_t limit);

}  // namespace kairon
