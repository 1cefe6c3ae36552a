#include <algorithm>
#include <vector>

#include "js/internal.h"

namespace kairon::js::internal {
namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
         (static_cast<unsigned char>(c) & 0x80U) != 0;
}

/// End of a string in quotes that begins at `at`; the quote itself when it does not close.
std::size_t end_of_string(std::string_view text, std::size_t at) {
  for (std::size_t i = at + 1; i < text.size() && text[i] != '\n'; ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == text[at]) {
      return i;
    }
  }
  return at;
}

}  // namespace

std::size_t nesting_bound(std::string_view text) {
  std::vector<std::size_t> open;  // tokens that wait before each open bracket
  std::size_t waiting = 0;        // their sum
  std::size_t run = 0;            // tokens since the last separator of this level
  std::size_t bound = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') continue;
    ++run;
    if (is_word(c)) {
      while (i + 1 < text.size() && is_word(text[i + 1])) ++i;
    } else if (c == '\'' || c == '"') {
      i = end_of_string(text, i);
    } else if (c == '(' || c == '[' || c == '{') {
      open.push_back(run);
      waiting += run;
      run = 0;
    } else if ((c == ')' || c == ']' || c == '}') && !open.empty()) {
      waiting -= open.back();
      run += open.back();
      open.pop_back();
    } else if (c == ';' || c == ',') {
      run = 0;
    }
    bound = std::max(bound, waiting + run);
  }
  return bound;
}

}  // namespace kairon::js::internal
