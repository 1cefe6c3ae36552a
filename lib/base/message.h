#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace kairon {

/// What a person reads about a problem.
struct Message {
  std::string text;         ///< the problem and its cause, one sentence
  std::string remedy = {};  ///< the command to type or what to change; "" when nothing is known
};

/// Returns `lead` and the text, then "help: " and the remedy on a line of its own that begins with `indent`
/// blanks. The last line has no end.
[[nodiscard]] std::string rendered(std::string_view lead, const Message& message, std::size_t indent = 0);

/// Returns the message with control characters shown as escapes, as text::printable() does.
[[nodiscard]] Message printable(const Message& message);

}  // namespace kairon
