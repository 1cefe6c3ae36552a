#include "sql/parser.h"

#include <pg_query.h>

#include <string_view>

#include "sql/token.h"

namespace kairon::sql {

int parser_version() { return PG_VERSION_NUM / 10000; }

std::string parser_name() { return "libpg_query of PostgreSQL " PG_VERSION; }

namespace parser {
namespace {

/// What is in dollar quotes: data that is kept as it is, or a body of code.
enum class Bodies { kept, code };

/// Frees a result of libpg_query, whichever kind it is.
template <typename T, void (*Free)(T)>
class Held {
 public:
  explicit Held(T result) : result_(result) {}
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  ~Held() { Free(result_); }
  const T* operator->() const { return &result_; }

 private:
  T result_;
};

// The parser counts characters from 1 (0: it does not know), we count bytes from 0.
std::size_t byte_of_character(std::string_view text, int cursor) {
  std::size_t at = 0;
  for (int character = 1; character < cursor && at < text.size(); ++character) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
  }
  return at;
}

void blank_comment(std::string& text, const Token& token, std::size_t offset) {
  const std::size_t end = offset + token.end - (token.closed ? 2 : 0);
  for (std::size_t at = offset + token.begin + 2; at < end; ++at)
    if (text[at] != '\n') text[at] = ' ';
}

/// PostgreSQL's scanner takes all of "/*/*/*..." for one operator at every level of nested comments, so that its time
/// grows with the square of the depth. Blanks in their place keep every offset. `bodies` says whether what stands
/// in dollar quotes is code too.
std::string with_flat_comments(const std::string& text, Bodies bodies, std::size_t offset = 0,
                               std::size_t end = std::string::npos) {
  std::string flat = text;
  if (text.find("/*", offset) == std::string::npos) return flat;
  const std::string_view part = std::string_view(text).substr(offset, end == std::string::npos ? end : end - offset);
  Lexer lexer(part);
  Token token;
  while (lexer.next(token)) {
    if (token.kind == TokenKind::block_comment) blank_comment(flat, token, offset);
    if (token.kind != TokenKind::dollar_string || bodies == Bodies::kept || !token.closed) continue;
    const std::size_t tag = part.find('$', token.begin + 1) + 1 - token.begin;
    flat = with_flat_comments(flat, Bodies::kept, offset + token.begin + tag, offset + token.end - tag);
  }
  return flat;
}

}  // namespace

Split split(const std::string& given) {
  const std::string text = with_flat_comments(given, Bodies::kept);
  const Held<PgQuerySplitResult, pg_query_free_split_result> result(pg_query_split_with_parser(text.c_str()));
  Split split;
  if (result->error != nullptr) {
    split.error = SyntaxError{result->error->message, byte_of_character(text, result->error->cursorpos)};
    return split;
  }
  for (int i = 0; i < result->n_stmts; ++i) {
    const auto begin = static_cast<std::size_t>(result->stmts[i]->stmt_location);
    split.statements.push_back({begin, begin + static_cast<std::size_t>(result->stmts[i]->stmt_len)});
  }
  return split;
}

std::optional<std::string> tree_json(const std::string& text) {
  const Held<PgQueryParseResult, pg_query_free_parse_result> result(
      pg_query_parse(with_flat_comments(text, Bodies::kept).c_str()));
  if (result->error != nullptr || result->parse_tree == nullptr) return std::nullopt;
  return std::string(result->parse_tree);
}

std::optional<std::string> plpgsql_json(const std::string& statement) {
  const Held<PgQueryPlpgsqlParseResult, pg_query_free_plpgsql_parse_result> result(
      pg_query_parse_plpgsql(with_flat_comments(statement, Bodies::code).c_str()));
  if (result->error != nullptr || result->plpgsql_funcs == nullptr) return std::nullopt;
  return std::string(result->plpgsql_funcs);
}

}  // namespace parser
}  // namespace kairon::sql
