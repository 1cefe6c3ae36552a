#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

#include "base/code_points.h"

namespace kairon::sql {

/// 1-based; the column counts code points.
struct Position {
  std::size_t line = 1;
  std::size_t column = 1;
  friend bool operator==(const Position&, const Position&) = default;
};

/// Turns byte offsets of one text into positions. Views the text, which must outlive it. Finds the
/// line ends once, on the first question. A line ends with "\n" ("\r\n" included).
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}

  /// Position of the byte at `offset`; an offset after the end means the end.
  [[nodiscard]] Position at(std::size_t offset) const;
  /// Offset of the first byte of the 1-based `line`; the text's size when there are fewer lines.
  [[nodiscard]] std::size_t begin_of(std::size_t line) const;

 private:
  void find_lines() const;
  std::string_view text_;
  mutable std::vector<std::size_t> starts_;
  text::CodePoints counted_;
};

}  // namespace kairon::sql
