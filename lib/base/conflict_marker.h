#pragma once
#include <optional>
#include <string_view>

namespace kairon::text {

/// The first line, not after byte `until`, that git wrote around a conflict: seven equal characters at its start.
[[nodiscard]] std::optional<std::size_t> conflict_marker(std::string_view text,
                                                         std::size_t until = std::string_view::npos);

}  // namespace kairon::text
