#pragma once
#include <string>
#include <string_view>

namespace kairon::json::internal {

/// What a parser's complaint means to the person who has to repair the file.
struct Explanation {
  std::string message;
  std::size_t offset = 0;  ///< byte of the text at which the cause lies
};

/// Explains why `text` is not a JSON document. `at` is the byte at which the parser stopped, `complaint` its
/// own words, which are kept where no better cause is known. Linear in the text.
[[nodiscard]] Explanation explain_syntax_error(std::string_view text, std::size_t at, std::string_view complaint);

}  // namespace kairon::json::internal
