#include "sql/plpgsql.h"

#include <algorithm>

#include "base/text.h"
#include "sql/parser.h"
#include "sql/token.h"

namespace kairon::sql {
namespace {

std::string_view text_of(std::string_view text, const Token& token) {
  return text.substr(token.begin, token.end - token.begin);
}

bool is_string(const Token& token) { return token.kind == TokenKind::string || token.kind == TokenKind::dollar_string; }

std::vector<Token> without_comments(std::string_view text) {
  std::vector<Token> all = tokens(text);
  std::erase_if(all, [](const Token& token) {
    return token.kind == TokenKind::line_comment || token.kind == TokenKind::block_comment;
  });
  return all;
}

/// What is between the quotes of a string token, as written.
struct Body {
  std::size_t begin = 0;
  std::string_view raw;
  bool doubled_quotes = false;
};

Body body_of(std::string_view text, const Token& token) {
  std::string_view raw = text_of(text, token);
  const std::size_t open = token.kind == TokenKind::dollar_string ? raw.find('$', 1) + 1 : raw.find('\'') + 1;
  const std::size_t close = token.kind == TokenKind::dollar_string ? open : 1;
  raw.remove_prefix(open);
  raw.remove_suffix(std::min(close, raw.size()));
  return {token.begin + open, raw, token.kind == TokenKind::string};
}

std::string decoded(std::string_view text, const Token& token) {
  const Body body = body_of(text, token);
  if (token.kind == TokenKind::dollar_string) return std::string(body.raw);
  return text::replace_all(body.raw, "''", "'");
}

// The pattern of format() (section 9.4.1) with its places filled by a name or a literal.
std::string filled(std::string_view pattern) {
  std::string out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%' || i + 1 >= pattern.size()) {
      out += pattern[i];
      continue;
    }
    const std::size_t type = pattern.find_first_not_of("0123456789$-*", i + 1);
    if (type == std::string_view::npos) break;
    if (pattern[type] == '%') out += '%';
    if (pattern[type] == 'L') out += "'x'";
    if (pattern[type] == 'I' || pattern[type] == 's') out += 'x';
    i = type;
  }
  return out;
}

// The text of an EXECUTE whose parts are constants; what else is joined in stands as the name x.
// "" when no part is constant.
std::string constant_text(std::string_view expression) {
  const std::vector<Token> all = without_comments(expression);
  std::string out;
  bool constant = false;
  std::size_t depth = 0;
  for (std::size_t i = 0, part = 0; i <= all.size(); ++i) {
    const std::string_view word = i < all.size() ? text_of(expression, all[i]) : "||";
    if (word == "(") ++depth;
    if (word == ")" && depth != 0) --depth;
    if (depth != 0 || word != "||") continue;
    if (i == part + 1 && is_string(all[part])) {
      out += decoded(expression, all[part]);
      constant = true;
    } else if (i > part + 3 && text::equal_ignoring_case(text_of(expression, all[part]), "format") &&
               is_string(all[part + 2])) {
      out += filled(decoded(expression, all[part + 2]));
      constant = true;
    } else {
      out += 'x';
    }
    part = i + 1;
  }
  return constant ? out : std::string();
}

std::string language_of(const Node& options) {
  for (const Node option : options) {
    const Node element = option["DefElem"];
    if (element["defname"].string() == "language") return text::lower(element["arg"].name());
  }
  return {};
}

// The string that is the body: the one after AS, in a DO the one that LANGUAGE does not precede.
bool find_body(std::string_view statement, bool is_do, Body& body) {
  const std::vector<Token> all = without_comments(statement);
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (!is_string(all[i])) continue;
    const std::string_view before = text_of(statement, all[i - 1]);
    const bool wanted =
        is_do ? !text::equal_ignoring_case(before, "language") : text::equal_ignoring_case(before, "as");
    if (!wanted) continue;
    body = body_of(statement, all[i]);
    return true;
  }
  return false;
}

/// Finds statements of a plpgsql body in the file again: the parser tells their line only.
class Finder {
 public:
  explicit Finder(const Body& body) : body_(body) {}

  [[nodiscard]] std::size_t find(std::string_view query, std::size_t line) {
    std::size_t begin = 0;
    for (std::size_t i = 1; i < line && begin < body_.raw.size(); ++i) {
      begin = std::min(body_.raw.find('\n', begin), body_.raw.size() - 1) + 1;
    }
    std::size_t found = body_.raw.find(query, std::max(begin, last_));
    if (found == std::string_view::npos) found = body_.raw.find(query, begin);
    if (found == std::string_view::npos) {
      return body_.begin + std::min(body_.raw.find_first_not_of(" \t", begin), body_.raw.size());
    }
    last_ = found + query.size();
    return body_.begin + found;
  }

 private:
  Body body_;
  std::size_t last_ = 0;
};

std::vector<EmbeddedSql> plpgsql_body(std::string_view statement, const Body& body) {
  std::vector<EmbeddedSql> all;
  const auto json = parser::plpgsql_json(std::string(statement));
  if (!json) return all;
  const Tree tree(*json);
  Finder finder(body);
  walk(tree.root(), [&](const Node& node) {
    const bool dynamic = node.key() == "PLpgSQL_stmt_dynexecute";
    if (dynamic || node.key() == "PLpgSQL_stmt_execsql") {
      const std::string_view query = node[dynamic ? "query" : "sqlstmt"]["PLpgSQL_expr"]["query"].string();
      const std::size_t offset = finder.find(query, static_cast<std::size_t>(node["lineno"].integer(1)));
      std::string text = dynamic ? constant_text(query) : std::string(query);
      if (!text.empty()) all.push_back({std::move(text), offset, dynamic});
    }
    return true;
  });
  return all;
}

// The statements between BEGIN ATOMIC and its END.
std::vector<EmbeddedSql> atomic_body(std::string_view statement) {
  const std::vector<Token> all = without_comments(statement);
  for (std::size_t i = 1; i + 1 < all.size(); ++i) {
    if (!text::equal_ignoring_case(text_of(statement, all[i]), "atomic") ||
        !text::equal_ignoring_case(text_of(statement, all[i - 1]), "begin")) {
      continue;
    }
    const std::size_t begin = all[i + 1].begin;
    const std::size_t end = all.back().begin;
    if (begin < end) return {{std::string(statement.substr(begin, end - begin)), begin, false}};
  }
  return {};
}

}  // namespace

std::vector<EmbeddedSql> embedded_sql(std::string_view statement, const Node& tree) {
  const bool is_do = tree.inner().key() == "DoStmt";
  if (!is_do && tree.inner().key() != "CreateFunctionStmt") return {};
  const Node content = tree.inner();
  if (content["sql_body"]) return atomic_body(statement);
  const std::string language = language_of(content[is_do ? "args" : "options"]);
  Body body;
  if (!find_body(statement, is_do, body)) return {};
  if (language == "plpgsql" || (is_do && language.empty())) return plpgsql_body(statement, body);
  if (language == "sql")
    return {{body.doubled_quotes ? text::replace_all(body.raw, "''", "'") : std::string(body.raw), body.begin, false}};
  return {};
}

}  // namespace kairon::sql
