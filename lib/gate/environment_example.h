#pragma once
#include <optional>
#include <string>
#include <vector>

#include "gate/snapshot.h"

namespace kairon::gate {

/// The variable names that `.env.example` of a state declares; nothing when it has none.
[[nodiscard]] std::optional<std::vector<std::string>> declared_variables(const Snapshot& snapshot);

}  // namespace kairon::gate
