#pragma once
#include <fmt/core.h>

#include <string>
#include <string_view>

namespace kairon {

/// Formats like fmt::vformat. Lives in one translation unit so that only that one pays for fmt's
/// header-only implementation (Debian ships no libfmt.a).
[[nodiscard]] std::string format_args(std::string_view pattern, fmt::format_args args);

/// fmt-style formatting with the pattern checked at compile time: format("{} of {}", 1, 2).
/// Arguments: strings, string_views, integers, floating point numbers, bool, char.
template <typename... Args>
[[nodiscard]] std::string format(fmt::format_string<Args...> pattern, Args&&... args) {
  const fmt::string_view view = pattern;
  return format_args(std::string_view(view.data(), view.size()), fmt::make_format_args(args...));
}

}  // namespace kairon
