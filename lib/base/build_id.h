#pragma once
#include <string_view>

namespace kairon {

/// 16 hexadecimal digits that change whenever a source changes that decides a verdict
/// (lib/build_id.cmake).
[[nodiscard]] std::string_view build_id();

}  // namespace kairon
