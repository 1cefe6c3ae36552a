#include "sql/token.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace kairon::sql {
namespace {

constexpr std::string_view kOperatorSigns = "~!@#^&|`?+-*/%<>=";

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool is_word(char c) { return is_word_start(c) || is_digit(c) || c == '$'; }
bool is_operator_sign(char c) { return kOperatorSigns.find(c) != std::string_view::npos; }
bool is_comment(const Token& token) {
  return token.kind == TokenKind::line_comment || token.kind == TokenKind::block_comment;
}

}  // namespace

char Lexer::peek(std::size_t ahead) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

void Lexer::skip_space() {
  while (at_ < text_.size() && is_space(text_[at_])) ++at_;
}

bool Lexer::next(Token& token) {
  skip_space();
  if (at_ >= text_.size()) return false;
  token = Token{.kind = TokenKind::other, .begin = at_, .end = at_, .closed = true};
  read(token);
  token.end = at_;
  return true;
}

void Lexer::read(Token& token) {
  const char c = peek();
  if (c == '\'') return read_quoted(token, '\'', TokenKind::string);
  if (c == '"') return read_quoted(token, '"', TokenKind::quoted_identifier);
  if (c == '$') return dollar(token);
  if (c == '-' && peek(1) == '-') {
    token.kind = TokenKind::line_comment;
    while (at_ < text_.size() && peek() != '\n' && peek() != '\r') ++at_;
    return;
  }
  if (c == '/' && peek(1) == '*') return block_comment(token);
  if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number(token);
  if (is_word_start(c)) {
    if (prefixed_quote(token)) return;
    token.kind = TokenKind::word;
    while (at_ < text_.size() && is_word(peek())) ++at_;
    return;
  }
  if ((c == ':' && (peek(1) == ':' || peek(1) == '=')) || (c == '.' && peek(1) == '.')) {
    token.kind = TokenKind::operator_sign;
    at_ += 2;
    return;
  }
  if (is_operator_sign(c)) return operator_sign(token);
  if (std::string_view(",;()[].:").find(c) != std::string_view::npos) token.kind = TokenKind::punctuation;
  ++at_;
}

void Lexer::read_quoted(Token& token, char quote, TokenKind kind) {
  token.kind = kind;
  for (++at_; at_ < text_.size(); ++at_) {
    if (peek() != quote) continue;
    if (peek(1) != quote) {
      ++at_;
      return;
    }
    ++at_;
  }
  token.closed = false;
}

void Lexer::escape_string(Token& token) {
  token.kind = TokenKind::string;
  for (++at_; at_ < text_.size(); ++at_) {
    if (peek() == '\\' && at_ + 1 < text_.size()) {
      ++at_;
    } else if (peek() == '\'') {
      if (peek(1) != '\'') {
        ++at_;
        return;
      }
      ++at_;
    }
  }
  token.closed = false;
}

bool Lexer::prefixed_quote(Token& token) {
  const char c = peek();
  if ((c == 'e' || c == 'E') && peek(1) == '\'') {
    ++at_;
    escape_string(token);
    return true;
  }
  if (std::string_view("bBxX").find(c) != std::string_view::npos && peek(1) == '\'') {
    ++at_;
    read_quoted(token, '\'', TokenKind::string);
    return true;
  }
  if ((c == 'u' || c == 'U') && peek(1) == '&' && (peek(2) == '\'' || peek(2) == '"')) {
    at_ += 2;
    read_quoted(token, peek(), peek() == '"' ? TokenKind::quoted_identifier : TokenKind::string);
    return true;
  }
  return false;
}

void Lexer::dollar(Token& token) {
  std::size_t end = at_ + 1;
  if (is_digit(peek(1))) {
    token.kind = TokenKind::parameter;
    while (end < text_.size() && is_digit(text_[end])) ++end;
    at_ = end;
    return;
  }
  // A tag follows the rules of an identifier, except that it holds no dollar sign.
  while (end < text_.size() && text_[end] != '$' && is_word(text_[end])) ++end;
  if (end >= text_.size() || text_[end] != '$') {
    ++at_;
    return;
  }
  token.kind = TokenKind::dollar_string;
  const std::string_view tag = text_.substr(at_, end + 1 - at_);
  const std::size_t close = text_.find(tag, end + 1);
  token.closed = close != std::string_view::npos;
  at_ = token.closed ? close + tag.size() : text_.size();
}

void Lexer::block_comment(Token& token) {
  token.kind = TokenKind::block_comment;
  std::size_t depth = 0;
  while (at_ < text_.size()) {
    if (peek() == '/' && peek(1) == '*') {
      ++depth;
      at_ += 2;
    } else if (peek() == '*' && peek(1) == '/') {
      at_ += 2;
      if (--depth == 0) return;
    } else {
      ++at_;
    }
  }
  token.closed = false;
}

void Lexer::number(Token& token) {
  token.kind = TokenKind::number;
  while (is_digit(peek())) ++at_;
  // 1..10 is a range of PL/pgSQL, not two decimal numbers.
  if (peek() == '.' && peek(1) != '.') {
    ++at_;
    while (is_digit(peek())) ++at_;
  }
  if (peek() != 'e' && peek() != 'E') return;
  const std::size_t sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
  if (!is_digit(peek(1 + sign))) return;
  at_ += 1 + sign;
  while (is_digit(peek())) ++at_;
}

void Lexer::operator_sign(Token& token) {
  token.kind = TokenKind::operator_sign;
  const std::size_t begin = at_;
  bool special = false;
  while (at_ < text_.size() && is_operator_sign(peek())) {
    if ((peek() == '-' && peek(1) == '-') || (peek() == '/' && peek(1) == '*')) break;
    special = special || std::string_view("~!@#^&|`?%").find(peek()) != std::string_view::npos;
    ++at_;
  }
  // A name of several signs ends in + or - only when it holds one of ~!@#^&|`?% (section 4.1.3).
  while (!special && at_ - begin > 1 && (text_[at_ - 1] == '+' || text_[at_ - 1] == '-')) --at_;
}

std::vector<Token> tokens(std::string_view text) {
  std::vector<Token> all;
  Lexer lexer(text);
  Token token;
  while (lexer.next(token)) all.push_back(token);
  return all;
}

std::size_t highest_parameter(std::string_view text) {
  std::size_t highest = 0;
  Lexer lexer(text);
  Token token;
  while (lexer.next(token)) {
    if (token.kind != TokenKind::parameter) continue;
    std::size_t number = 0;
    std::from_chars(text.data() + token.begin + 1, text.data() + token.end, number);
    highest = std::max(highest, number);
  }
  return highest;
}

std::size_t skip_blank(std::string_view text, std::size_t begin, std::size_t end) {
  Lexer lexer(text.substr(0, end), begin);
  Token token;
  while (lexer.next(token)) {
    if (!is_comment(token)) return token.begin;
  }
  return end;
}

std::vector<Comment> comments(std::string_view text) {
  std::vector<Comment> all;
  Lexer lexer(text);
  Token token;
  while (lexer.next(token)) {
    if (!is_comment(token)) continue;
    std::string_view inner = text.substr(token.begin, token.end - token.begin);
    inner.remove_prefix(2);
    if (token.kind == TokenKind::block_comment && token.closed) inner.remove_suffix(2);
    all.push_back({token.begin, token.end, text::trim(inner)});
  }
  return all;
}

}  // namespace kairon::sql
