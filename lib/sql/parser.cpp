#include "sql/parser.h"

#include <pg_query.h>

namespace kairon::sql {

int parser_version() { return PG_VERSION_NUM / 10000; }

std::string parser_name() { return "libpg_query of PostgreSQL " PG_VERSION; }

namespace parser {
namespace {

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

}  // namespace

Split split(const std::string& text) {
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
  const Held<PgQueryParseResult, pg_query_free_parse_result> result(pg_query_parse(text.c_str()));
  if (result->error != nullptr || result->parse_tree == nullptr) return std::nullopt;
  return std::string(result->parse_tree);
}

std::optional<std::string> plpgsql_json(const std::string& statement) {
  const Held<PgQueryPlpgsqlParseResult, pg_query_free_plpgsql_parse_result> result(
      pg_query_parse_plpgsql(statement.c_str()));
  if (result->error != nullptr || result->plpgsql_funcs == nullptr) return std::nullopt;
  return std::string(result->plpgsql_funcs);
}

}  // namespace parser
}  // namespace kairon::sql
