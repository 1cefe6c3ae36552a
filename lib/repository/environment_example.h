#pragma once
#include <optional>
#include <string>
#include <vector>

#include "repository/snapshot.h"

namespace kairon::repository {

/// Returns the variable names that `.env.example` of a state declares; nothing when the state lacks that file.
[[nodiscard]] std::optional<std::vector<std::string>> declared_variables(const Snapshot& snapshot);

}  // namespace kairon::repository
