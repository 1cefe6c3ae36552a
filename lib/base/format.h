#pragma once
#include <fmt/core.h>

#include <string>
#include <string_view>

namespace kairon {

/// Formats like fmt::vformat. Lives in one translation unit so that only that one pays for fmt's
/// header-only implementation (Debian ships no libfmt.a).
[[nodiscard]] std::string format_args(std::string_view pattern, fmt::format_args args);

/// The type of `kairon::format`. An object rather than a function: a call that names an object is not subject to
/// argument-dependent lookup, so std::format (which <chrono> brings since GCC 13) cannot join the overload set when
/// an argument is a type of std.
struct Format {
  /// fmt-style formatting with the pattern checked at compile time: format("{} of {}", 1, 2).
  /// Arguments: strings, string_views, integers, floating point numbers, bool, char.
  template <typename... Args>
  [[nodiscard]] std::string operator()(fmt::format_string<Args...> pattern, Args&&... args) const {
    const fmt::string_view view = pattern;
    return format_args(std::string_view(view.data(), view.size()), fmt::make_format_args(args...));
  }
};

inline constexpr Format format{};

}  // namespace kairon
