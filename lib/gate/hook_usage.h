#pragma once
#include <string_view>

namespace kairon::gate {

/// Answers `--help` and `--version` of a hook executable that a person started; false for what git
/// calls.
[[nodiscard]] bool answered_by_hand(int argc, char** argv, std::string_view name, std::string_view job);

}  // namespace kairon::gate
