#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kairon::sql {

enum class TokenKind : std::uint8_t {
  word,               ///< keyword or unquoted identifier
  quoted_identifier,  ///< "x", U&"x"
  string,             ///< 'x', E'x', U&'x', B'0', X'0'; N'x' is the word N and a string
  dollar_string,      ///< $tag$x$tag$
  number,
  parameter,      ///< $1
  operator_sign,  ///< one whole operator: ||, <=, ::, :=, ..
  punctuation,    ///< one of , ; ( ) [ ] . :
  line_comment,   ///< from -- up to the line end, which is not part of it
  block_comment,  ///< /* ... */, nested ones included
  other           ///< a byte that begins no token of SQL: a backslash, a lone $, a control character
};

/// One token: bytes [begin, end) of the text. White space is not a token.
struct Token {
  TokenKind kind = TokenKind::other;
  std::size_t begin = 0;
  std::size_t end = 0;
  bool closed = true;  ///< false for a string, identifier or comment that the text's end cuts off
};

/// PostgreSQL's lexical rules (documentation section 4.1, "Lexical Structure"), with
/// standard_conforming_strings on. Never fails: what is not SQL becomes TokenKind::other. Differs
/// from the server's scanner in one point: strings continued on the next line are separate tokens.
class Lexer {
 public:
  explicit Lexer(std::string_view text, std::size_t from = 0) : text_(text), at_(from) {}
  /// Reads the next token; false at the end.
  [[nodiscard]] bool next(Token& token);
  /// Continues at that byte.
  void seek(std::size_t offset) { at_ = offset; }

 private:
  void skip_space();
  [[nodiscard]] char peek(std::size_t ahead = 0) const;
  void read(Token& token);
  void read_quoted(Token& token, char quote, TokenKind kind);
  void escape_string(Token& token);
  void dollar(Token& token);
  void block_comment(Token& token);
  void number(Token& token);
  void operator_sign(Token& token);
  [[nodiscard]] bool prefixed_quote(Token& token);
  std::string_view text_;
  std::size_t at_ = 0;
};

/// All tokens, comments included.
[[nodiscard]] std::vector<Token> tokens(std::string_view text);

/// The highest n of the $n parameters outside quotes and comments; 0 when there is none.
[[nodiscard]] std::size_t highest_parameter(std::string_view text);

/// Offset of the first byte in [begin, end) that is neither white space nor comment; `end` when
/// there is none.
[[nodiscard]] std::size_t skip_blank(std::string_view text, std::size_t begin, std::size_t end);

/// One comment without its marks and surrounding blanks.
struct Comment {
  std::size_t begin = 0;  ///< offset of its first mark
  std::size_t end = 0;
  std::string_view text;  ///< views into the SQL
};
[[nodiscard]] std::vector<Comment> comments(std::string_view text);

}  // namespace kairon::sql
