#include "lint/support/conversion.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "base/text.h"
#include "js/script.h"
#include "json/document.h"

namespace kairon::lint {

bool is_json(std::string_view text) { return json::Document::parse(std::string(text)).document != nullptr; }

bool is_object_text(std::string_view text) {
  const std::string_view trimmed = text::trim(text);
  if (!trimmed.starts_with('{')) return false;
  const std::string wrapped = "(" + std::string(trimmed) + ")";
  return is_json(trimmed) || !js::Script(wrapped, js::Goal::expression).error();
}

bool is_list_text(std::string_view text) {
  const std::string_view trimmed = text::trim(text);
  return trimmed.starts_with('[') && (is_json(trimmed) || is_json(text::replace_all(trimmed, "'", "\"")));
}

bool is_number_text(std::string_view text) {
  std::string_view trimmed = text::trim(text);
  if (trimmed.empty()) return true;
  if (trimmed.front() == '+' || trimmed.front() == '-') trimmed.remove_prefix(1);
  if (trimmed == "Infinity") return true;
  if (trimmed.size() > 2 && trimmed[0] == '0' && trimmed.find_first_of("xXbBoO") == 1)
    return trimmed.find_first_not_of("0123456789abcdefABCDEF", 2) == std::string_view::npos;
  if (trimmed.empty() || trimmed.find_first_not_of("0123456789.eE+-") != std::string_view::npos) return false;
  double number = 0;
  const auto [end, error] = std::from_chars(trimmed.data(), trimmed.data() + trimmed.size(), number);
  return error != std::errc::invalid_argument && (end == trimmed.data() + trimmed.size() || trimmed.ends_with('.'));
}

bool is_boolean_text(std::string_view text) {
  const std::string lower = text::lower(text);
  return lower == "true" || lower == "false" || lower == "0" || lower == "1";
}

namespace {

/// 31.12.2024, 31/12/2024, 31-12-2024: JavaScript and Luxon take the first number for a month.
bool is_day_first(std::string_view text) {
  if (text.size() != 10 || text::contains("./-", text.substr(2, 1)) == false || text[5] != text[2]) return false;
  for (const std::size_t digit : {0U, 1U, 3U, 4U, 6U, 7U, 8U, 9U})
    if (text[digit] < '0' || text[digit] > '9') return false;
  return text.substr(0, 2) > "12";
}

}  // namespace

bool is_never_a_date(std::string_view text) {
  if (is_day_first(text::trim(text))) return true;
  const std::string lower = text::lower(text::trim(text));
  constexpr auto kMonths = std::to_array<std::string_view>(
      {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"});
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || c == ' ' || c == '-' || c == '_'; };
  if (lower.empty() || !std::all_of(lower.begin(), lower.end(), letter)) return false;
  return std::none_of(kMonths.begin(), kMonths.end(),
                      [&](std::string_view month) { return text::contains(lower, month); });
}

bool text_converts(std::string_view type, std::string_view text) {
  if (type == "number") return is_number_text(text);
  if (type == "boolean") return is_boolean_text(text);
  if (type == "array") return is_list_text(text);
  return type != "object" || is_object_text(text);
}

}  // namespace kairon::lint
