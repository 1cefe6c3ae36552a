#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kairon::git {

enum class LineKind : std::uint8_t { hunk, context, added, removed };

/// A line of a diff, without its line end. A hunk line has no text: it separates what is far apart.
struct DiffLine {
  LineKind kind = LineKind::context;
  std::string text;
  std::size_t number = 0;  ///< 1-based, in the text after the change; of a removed line in the text before
};

/// Returns the lines that differ, with `context` equal lines around them. Any bytes are taken as text.
[[nodiscard]] std::vector<DiffLine> line_diff(std::string_view before, std::string_view after, unsigned context);

}  // namespace kairon::git
