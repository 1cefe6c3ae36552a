#include "sql/work.h"

#include <cstddef>

#include "sql/token.h"

namespace kairon::sql {

bool is_laborious(std::string_view text) {
  constexpr std::size_t kMost = 1'000'000;
  constexpr std::size_t kStatement = 5;
  constexpr std::size_t kBytesOfToken = 4;
  constexpr std::size_t kMostBytes = std::size_t{16} << 20U;
  if (text.size() > kMostBytes) return true;
  if (text.size() <= kMost / (kStatement + 1)) return false;
  std::size_t work = 0;
  Lexer lexer(text);
  Token token;
  while (work <= kMost && lexer.next(token)) {
    ++work;
    if (text[token.begin] == ';') work += kStatement;
    if (token.kind == TokenKind::dollar_string) work += (token.end - token.begin) / kBytesOfToken;
  }
  return work > kMost;
}

}  // namespace kairon::sql
