#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace kairon::text {

/// The length of a character that shows nothing and changes how its surroundings are read: C0 and C1
/// controls, DEL, marks that reorder text (U+061C, U+200E/F, U+202A to U+202E, U+2066 to U+206F), line and
/// paragraph separators, zero-width spaces, tags, the byte order mark. 0 when none begins at `at`. Joiners
/// and variation selectors are parts of emoji, so they stay.
[[nodiscard]] std::size_t unseen_length(std::string_view utf8, std::size_t at);

/// The code point that begins at `at` of valid UTF-8.
[[nodiscard]] char32_t code_point(std::string_view utf8, std::size_t at);

/// The text with such characters beyond ASCII replaced by their names; line ends, tabs, colours and bytes that
/// are no UTF-8 stay. For what is written as a whole.
[[nodiscard]] std::string unseen_named(std::string_view text);

/// The text as a terminal and the log of a CI job may have it: also ASCII controls but line ends, tabs and our own
/// colours are named, and lines that GitHub's runner obeys ("::set-output", "##[add-path]"; actions/runner,
/// ActionCommand.cs) no longer begin like that.
[[nodiscard]] std::string harmless_lines(std::string_view text);

/// As text::printable, for what never begins a line: a leading "::" stays as people write it.
[[nodiscard]] std::string printable_inside(std::string_view s);

/// "\x1b" for a byte, "\u202e" for a character.
[[nodiscard]] std::string unseen_name(char32_t code);

}  // namespace kairon::text
