#pragma once
#include <string>
#include <vector>

#include "json/document.h"

namespace kairon::diff {

/// What a value consists of: its leaves with their paths, texts line by line. Sorted.
using Features = std::vector<std::string>;

[[nodiscard]] Features features_of(const json::Value& value);

/// Returns the share of common features, 0 to 1; 0 when one side has none.
[[nodiscard]] double likeness(const Features& a, const Features& b);

}  // namespace kairon::diff
