#pragma once
#include <string_view>

/// What n8n makes of a text that is to be another kind of value (validateFieldType of n8n-workflow 1.123, tried there).
namespace kairon::lint {

[[nodiscard]] bool is_json(std::string_view text);
/// A text that n8n reads as an object: JSON, or an object literal of JavaScript.
[[nodiscard]] bool is_object_text(std::string_view text);
/// JSON text of an array; n8n tolerates single quotes.
[[nodiscard]] bool is_list_text(std::string_view text);
/// `Number(text)` is a number: decimal, 0x, 0b, 0o, Infinity, or blank.
[[nodiscard]] bool is_number_text(std::string_view text);
[[nodiscard]] bool is_boolean_text(std::string_view text);
/// True for a text that neither Luxon nor JavaScript reads as a date, whatever its format: letters without a digit and
/// without the name of a month.
[[nodiscard]] bool is_never_a_date(std::string_view text);
/// True when a text converts to the type of a field in Edit Fields ("number", "boolean", "array", "object"); other
/// types take every text.
[[nodiscard]] bool text_converts(std::string_view type, std::string_view text);

}  // namespace kairon::lint
