#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/position.h"
#include "sql/token.h"
#include "sql/tree.h"

namespace kairon::sql {

/// Larger texts are not parsed.
inline constexpr std::size_t kMaxBytes = std::size_t{64} << 20U;

/// The major version of PostgreSQL whose grammar judges (15 with Debian's libpg_query 15-4.0.0).
[[nodiscard]] int parser_version();

/// Names the parser and the PostgreSQL release that its grammar comes from:
/// "libpg_query of PostgreSQL 15.1".
[[nodiscard]] std::string parser_name();

/// Why and where a text is not SQL. `offset` is a byte of the text; the text's size means its end.
struct SyntaxError {
  std::string message;  ///< as PostgreSQL words it: syntax error at or near "x"
  std::size_t offset = 0;
};

/// One statement: bytes [begin, end) of the text, without the white space and comments before it
/// and without the semicolon (and what blanks stand before that).
struct Statement {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// SQL text, split into its statements by PostgreSQL's own parser. Owns the text. Parsing never
/// throws, whatever the input: NUL bytes, bytes that are no UTF-8 and texts above kMaxBytes are
/// syntax errors. A leading UTF-8 byte order mark is passed over.
///
/// When some statements do not parse, the others are still there: the text is then split at the
/// semicolons that the lexer sees, and each piece is judged by itself.
class Script {
 public:
  explicit Script(std::string text);
  Script(Script&&) noexcept;
  Script& operator=(Script&&) noexcept;
  ~Script();

  [[nodiscard]] const std::string& text() const noexcept { return *text_; }
  [[nodiscard]] bool ok() const noexcept { return errors_.empty(); }
  /// In text order, at most one for a statement.
  [[nodiscard]] const std::vector<SyntaxError>& errors() const noexcept { return errors_; }
  /// Those that parse, in text order. Empty when the text holds only comments and blanks.
  [[nodiscard]] const std::vector<Statement>& statements() const noexcept { return statements_; }
  [[nodiscard]] std::string_view text_of(std::size_t index) const;

  /// The statement's tree: a node wrapper such as {"CreateStmt": {...}}. `location` members count
  /// bytes from the statement's begin. Absent for a statement nested so deeply that writing its
  /// tree would exhaust the stack (`a+a+...` with thousands of terms); such a statement is valid
  /// SQL all the same. Made on the first call and kept.
  [[nodiscard]] Node tree(std::size_t index) const;

  /// Line and column of a byte of the text.
  [[nodiscard]] Position position(std::size_t offset) const { return lines_.at(offset); }

 private:
  void split_tolerantly(SyntaxError first);
  std::unique_ptr<const std::string> text_;  // positions and trees view it: it must not move
  std::vector<Statement> statements_;
  std::vector<SyntaxError> errors_;
  mutable std::vector<std::unique_ptr<Tree>> trees_;
  Lines lines_;
};

}  // namespace kairon::sql
