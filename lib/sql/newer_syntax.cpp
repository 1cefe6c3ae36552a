#include "sql/newer_syntax.h"

#include <array>
#include <string>

#include "base/text.h"
#include "sql/token.h"

namespace kairon::sql {

namespace {

struct Known {
  int major;
  std::string_view words;  ///< lower case, one blank between tokens
  std::string_view shown;
};

// The longer of two that match comes first.
constexpr std::array<Known, 24> kKnown = {{
    {19, " split partition ", "SPLIT PARTITION"},
    {19, " merge partitions ", "MERGE PARTITIONS"},
    {19, " repack ", "REPACK"},
    {18, " not enforced ", "NOT ENFORCED"},
    {18, " enforced ", "ENFORCED"},
    {18, " without overlaps ", "WITHOUT OVERLAPS"},
    {18, " , period ", "PERIOD"},
    {18, " virtual ", "VIRTUAL"},
    {18, " returning with ( ", "RETURNING WITH (OLD AS ...)"},
    {18, " add not null ", "ADD NOT NULL"},
    {17, " not matched by source ", "WHEN NOT MATCHED BY SOURCE"},
    {17, " not matched by target ", "WHEN NOT MATCHED BY TARGET"},
    {17, " set expression as ", "SET EXPRESSION AS"},
    {17, " json_table ( ", "JSON_TABLE"},
    {17, " json_query ( ", "JSON_QUERY"},
    {17, " json_value ( ", "JSON_VALUE"},
    {17, " json_exists ( ", "JSON_EXISTS"},
    {17, " json_scalar ( ", "JSON_SCALAR"},
    {17, " json_serialize ( ", "JSON_SERIALIZE"},
    {16, " is json ", "IS JSON"},
    {16, " json_arrayagg ( ", "JSON_ARRAYAGG"},
    {16, " json_objectagg ( ", "JSON_OBJECTAGG"},
    {16, " with inherit ", "GRANT ... WITH INHERIT"},
    {16, " with set ", "GRANT ... WITH SET"},
}};

/// The tokens from the semicolon before `offset` to the one after it, in lower case with one blank around each.
std::string words_around(std::string_view text, std::size_t offset) {
  std::string words = " ";
  for (const Token& token : tokens(text)) {
    if (token.kind == TokenKind::line_comment || token.kind == TokenKind::block_comment) continue;
    const std::string_view word = text.substr(token.begin, token.end - token.begin);
    if (word != ";") {
      const bool plain = token.kind == TokenKind::word || token.kind == TokenKind::punctuation;
      words += plain ? text::lower(word) : "?";
      words += ' ';
    } else if (token.begin >= offset) {
      break;
    } else {
      words = " ";
    }
  }
  return words;
}

/// "ADD CONSTRAINT c NOT NULL n": the name is between the words.
bool names_not_null(std::string_view words) {
  const std::size_t at = words.find(" constraint ");
  if (at == std::string_view::npos) return false;
  const std::string_view rest = words.substr(at + 12);
  return rest.substr(std::min(rest.find(' '), rest.size())).starts_with(" not null ") &&
         text::contains(words.substr(0, at + 1), " add ");
}

/// A generated column without STORED is a virtual one.
bool generates_nothing_stored(std::string_view words) {
  const std::size_t at = words.find(" generated always as ( ");
  return at != std::string_view::npos && !text::contains(words.substr(at), " stored ");
}

}  // namespace

std::optional<NewerSyntax> newer_syntax(std::string_view text, std::size_t offset, std::string_view message) {
  if (message.ends_with(" in FROM must have an alias")) return NewerSyntax{16, "a subquery without an alias"};
  const std::string words = words_around(text, offset);
  for (const Known& one : kKnown)
    if (text::contains(words, one.words)) return NewerSyntax{one.major, one.shown};
  if (names_not_null(words)) return NewerSyntax{18, "a named NOT NULL constraint"};
  if (generates_nothing_stored(words)) return NewerSyntax{18, "a generated column without STORED"};
  return std::nullopt;
}

}  // namespace kairon::sql
