#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace kairon::text {

/// Returns the bytes as UTF-8 when they are UTF-16: when a mark says so, or when every second byte of their beginning
/// is NUL, as in mostly Latin text. Half surrogates become U+FFFD. Nothing for anything else.
[[nodiscard]] std::optional<std::string> from_utf16(std::string_view bytes);

/// Returns the byte order mark that UTF-16 of this beginning has or would have; nothing for anything else.
[[nodiscard]] std::optional<std::string_view> utf16_mark(std::string_view bytes);

}  // namespace kairon::text
