#pragma once
#include <string_view>
#include <vector>

namespace kairon::lint_test {

/// The rules whose findings count as seeing a defect of that class; empty for a class that no rule
/// is meant to see.
[[nodiscard]] const std::vector<std::string_view>& fitting_rules(std::string_view defect_class);

}  // namespace kairon::lint_test
