#pragma once
#include <string>
#include <string_view>

namespace kairon {

/// The text as one word of a shell command that a message suggests: as it is when nothing in it has a meaning for the
/// shell, else in single quotes. Control characters are shown as text::printable() shows them.
[[nodiscard]] std::string shell_word(std::string_view text);

}  // namespace kairon
