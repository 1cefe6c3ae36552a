#pragma once
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace kairon::install {

/// The lines of a YAML file in block style. Structure is found by indentation, so that a changed file keeps its
/// comments and its form.
using Lines = std::vector<std::string_view>;

/// A half-open range of lines.
struct Block {
  std::size_t begin = 0;
  std::size_t end = 0;
  [[nodiscard]] bool found() const { return end > begin; }
};

/// A line `key: value` without its comment.
struct Entry {
  std::string key;
  std::string_view value;
};

/// Returns how many spaces a line begins with.
[[nodiscard]] std::size_t indent_of(std::string_view line);

/// Returns false for a blank line and a comment.
[[nodiscard]] bool is_content(std::string_view line);

/// Returns the key and the value of a line, both empty when it has no key.
[[nodiscard]] Entry entry_of(std::string_view line);

/// Returns the lines of a range, each with its line break.
[[nodiscard]] std::string text_of(const Lines& lines, std::size_t begin, std::size_t end);

/// Returns the lines of a key and its value: `inside` is where the mapping's keys are, at `depth` spaces.
[[nodiscard]] Block block_of(const Lines& lines, const Block& inside, std::size_t depth, std::string_view key);

/// Adds to `instead` what lines become when `line` ("if: false") is one of a mapping's keys. The first line of `of`
/// stays, the mapping's keys follow at `depth`. What the line replaces stays in comments.
void turn_off(const Lines& lines, const Block& of, std::size_t depth, const std::string& line,
              std::map<std::size_t, std::string>& instead);

/// Returns the text of the lines with those of `instead` in their places.
[[nodiscard]] std::string text_with(const Lines& lines, const std::map<std::size_t, std::string>& instead);

/// Returns the file as it was before turn_off().
[[nodiscard]] std::string with_retired(const std::string& content);

/// Returns true when turn_off() changed this text.
[[nodiscard]] bool has_retired(std::string_view content);

}  // namespace kairon::install
