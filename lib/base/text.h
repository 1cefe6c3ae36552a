#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kairon::text {

/// Removes blanks, tabs and line ends on both sides; the result views into `s`.
[[nodiscard]] std::string_view trim(std::string_view s);

/// Splits at every `separator`; "a,,b" gives three parts, "" gives one empty part.
[[nodiscard]] std::vector<std::string_view> split(std::string_view s, char separator);

/// Splits into lines without their "\n" or "\r\n"; a final line end adds no empty line.
[[nodiscard]] std::vector<std::string_view> lines(std::string_view s);

/// Joins with `separator` between the parts.
[[nodiscard]] std::string join(std::span<const std::string> parts, std::string_view separator);

/// "1 error", "2 errors": a number and what is counted.
[[nodiscard]] std::string counted(std::size_t number, std::string_view noun);

/// "a", "a or b", "a, b or c".
[[nodiscard]] std::string alternatives(std::span<const std::string_view> words);

/// Replaces every occurrence of `from` (not empty) by `to`.
[[nodiscard]] std::string replace_all(std::string_view s, std::string_view from, std::string_view to);

/// ASCII lower case; other bytes stay.
[[nodiscard]] std::string lower(std::string_view s);

/// ASCII upper case; other bytes stay.
[[nodiscard]] std::string upper(std::string_view s);

/// True when `s` contains `part`.
[[nodiscard]] bool contains(std::string_view s, std::string_view part);

/// Compares ignoring ASCII case.
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b);

/// Shell-style match of a whole slash-separated path: `*` and `?` stop at a slash, `**` does not
/// and also means "no folder at all" (gitignore's meaning), `[abc]` is a set.
[[nodiscard]] bool glob_match(std::string_view pattern, std::string_view path);

/// Number of Unicode code points in UTF-8 text; a byte that begins none is counted as one.
[[nodiscard]] std::size_t code_points(std::string_view utf8);

/// Offset of the first byte that is not valid UTF-8 (RFC 3629), or npos.
[[nodiscard]] std::size_t invalid_utf8(std::string_view s);

/// The candidate nearest to `word` when it is near enough to be a typing error, else "".
[[nodiscard]] std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

/// The text with control characters (C0, DEL, and C1 in UTF-8) replaced by \xNN, so that names
/// from a repository cannot drive a terminal. "::" in front and "##[" anywhere are named too: GitHub's
/// runner obeys lines of a log that begin or go on like that.
[[nodiscard]] std::string printable(std::string_view s);

}  // namespace kairon::text
