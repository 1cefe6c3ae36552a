#pragma once
#include <array>
#include <string_view>

namespace kairon {

/// The environments, in the order in which a change reaches them.
inline constexpr std::array<std::string_view, 3> kEnvironments = {"dev", "staging", "prod"};

}  // namespace kairon
