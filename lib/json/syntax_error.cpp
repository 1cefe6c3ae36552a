#include "json/syntax_error.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/conflict_marker.h"
#include "base/format.h"

namespace kairon::json::internal {

namespace {

constexpr std::string_view kBlanks = " \t\r\n";

/// A bracket that is open where the parser stopped.
struct Open {
  char bracket = '{';
  std::size_t line = 1;
};

/// One pass over the text up to a byte: what is open there.
struct Outline {
  std::vector<Open> open;
  bool in_string = false;
  std::size_t string_begin = 0;
  std::size_t string_line = 1;
  std::size_t last_token = 0;  ///< last byte outside strings that is not blank
};

Outline outline_of(std::string_view text, std::size_t end) {
  Outline outline;
  std::size_t line = 1;
  for (std::size_t i = 0; i < end; ++i) {
    const char c = text[i];
    if (c == '\n') ++line;
    if (outline.in_string) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        outline.in_string = false;
        outline.last_token = i;
      }
      continue;
    }
    if (kBlanks.find(c) != std::string_view::npos) continue;
    outline.last_token = i;
    if (c == '"') {
      outline.in_string = true;
      outline.string_begin = i;
      outline.string_line = line;
    } else if (c == '{' || c == '[') {
      outline.open.push_back({c, line});
    } else if ((c == '}' || c == ']') && !outline.open.empty()) {
      outline.open.pop_back();
    }
  }
  return outline;
}

std::string_view container(char bracket) { return bracket == '{' ? "object" : "list"; }

Explanation cut_off(const Outline& outline, std::size_t end) {
  if (outline.in_string)
    return {kairon::format("the file ends inside a string that begins in line {}", outline.string_line), end};
  if (outline.open.empty()) return {"the file ends too early", end};
  const Open& innermost = outline.open.back();
  std::string message = kairon::format("the file ends too early: the {} that begins in line {} is still open",
                                       container(innermost.bracket), innermost.line);
  if (outline.open.size() > 1) message += kairon::format(", and {} around it", outline.open.size() - 1);
  return {message, end};
}

/// A value that JavaScript or Python knows and JSON does not.
std::string_view foreign_word(std::string_view rest) {
  for (const std::string_view word : {"NaN", "Infinity", "-Infinity", "undefined", "None", "True", "False"})
    if (rest.starts_with(word)) return word;
  return {};
}

std::optional<Explanation> at_token(std::string_view text, std::size_t at, const Outline& outline) {
  const std::string_view rest = text.substr(at);
  const char previous = text[outline.last_token];
  if ((rest.front() == '}' || rest.front() == ']') && previous == ',')
    return Explanation{kairon::format("unexpected comma before the closing '{}'", rest.front()), outline.last_token};
  if (const std::string_view word = foreign_word(rest); !word.empty())
    return Explanation{kairon::format("{} is not a JSON value", word), at};
  if (rest.starts_with("//") || rest.starts_with("/*")) return Explanation{"JSON has no comments", at};
  if (rest.front() == '\'') return Explanation{"JSON strings are written in double quotes", at};
  if (rest.front() == '"' && at > 0 && (previous == '"' || previous == '}' || previous == ']'))
    return Explanation{"a comma is missing before this string", at};
  return std::nullopt;
}

std::string hex_of(unsigned char c) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  return {kDigits[c / 16U], kDigits[c % 16U]};
}

/// A raw control character in the string in which, or right before which, the parser stopped.
std::optional<Explanation> control_character(std::string_view text, std::size_t at) {
  const std::size_t begin = outline_of(text, at).string_begin;
  for (std::size_t i = begin + 1; i < text.size() && i <= at; ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20U) continue;
    const std::string name = c == '\n' ? "line break" : c == '\t' ? "tab" : "control character U+00" + hex_of(c);
    return Explanation{kairon::format("unexpected raw {} inside a string: JSON writes it as an escape", name), i};
  }
  return std::nullopt;
}

Explanation trailing(std::string_view text, std::size_t at) {
  const std::size_t next = text.find_first_not_of(kBlanks, at);
  const std::size_t place = next == std::string_view::npos ? at : next;
  const auto c = static_cast<unsigned char>(text[std::min(place, text.size() - 1)]);
  if (c == 0) return {"a NUL byte after the end of the document", place};
  if (c == '{' || c == '[') return {"a second document follows the first", place};
  return {"more text follows the end of the document", place};
}

}  // namespace

Explanation explain_syntax_error(std::string_view text, std::size_t at, std::string_view complaint) {
  const std::size_t first = text.find_first_not_of("\xEF\xBB\xBF \t\r\n");
  if (first == std::string_view::npos) return {"the file is empty", 0};
  if (const auto marker = text::conflict_marker(text, std::max(at, first)))
    return {"unresolved merge conflict: git's conflict marker", *marker};
  if (text[first] == '<') return {"this is an HTML or XML page, not JSON", first};
  const std::size_t stop = std::min(at, text.size());
  const Outline outline = outline_of(text, stop);
  if (outline.open.empty() && !outline.in_string && stop > first) return trailing(text, stop);
  if (outline.in_string) {
    if (auto control = control_character(text, stop)) return *control;
    const bool ends = text.find('"', stop) == std::string_view::npos;
    return ends ? cut_off(outline_of(text, text.size()), text.size()) : Explanation{std::string(complaint), at};
  }
  const std::size_t next = text.find_first_not_of(kBlanks, stop);
  if (next == std::string_view::npos) return cut_off(outline, text.size());
  if (auto known = at_token(text, next, outline)) return *known;
  return {std::string(complaint), at};
}

}  // namespace kairon::json::internal
