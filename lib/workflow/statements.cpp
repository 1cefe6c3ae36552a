#include "workflow/statements.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "js/scope.h"
#include "sql/token.h"
#include "workflow/expression.h"

namespace kairon::workflow {

namespace {

using js::Field;
using js::Kind;

constexpr std::array kVerbs =
    std::to_array<std::string_view>({"SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "MERGE", "CREATE", "ALTER", "DROP",
                                     "TRUNCATE", "CALL", "DO", "BEGIN", "COMMIT", "REFRESH", "VALUES"});

struct Hole {
  std::size_t begin;
  std::size_t end;
};

bool begins_with_verb(std::string_view text) {
  sql::Lexer lexer(text);
  for (sql::Token token; lexer.next(token);) {
    if (token.kind == sql::TokenKind::line_comment || token.kind == sql::TokenKind::block_comment) continue;
    const std::string word = text::upper(text.substr(token.begin, token.end - token.begin));
    return word == "(" || std::find(kVerbs.begin(), kVerbs.end(), word) != kVerbs.end();
  }
  return false;
}

/// Puts NULL in place of every hole and tells whether one is outside of quotes.
void fill_holes(SqlText& sql, const std::vector<Hole>& holes) {
  for (const Hole& hole : holes) {
    for (std::size_t i = hole.begin; i < hole.end; ++i) sql.text[i] = sql.text[i] == '\n' ? '\n' : ' ';
    sql.text.replace(hole.begin, 4, "NULL");
  }
  if (holes.empty()) return;
  sql.holes = true;
  const std::vector<sql::Token> tokens = sql::tokens(sql.text);
  for (const Hole& hole : holes) {
    const auto around = std::find_if(tokens.begin(), tokens.end(),
                                     [&](const sql::Token& t) { return t.begin < hole.begin && hole.end <= t.end; });
    const bool quoted =
        around != tokens.end() && around->kind != sql::TokenKind::word && around->kind != sql::TokenKind::operator_sign;
    if (!quoted) sql.open_holes = true;
  }
}

/// pg-promise (formatting.js), which n8n hands the query to, writes the value of `$1:name`, `$1~`, `$1:raw`
/// and the like into the text as an identifier, a list or as it is: what the text says is not known.
bool has_format_filter(const std::string& text) {
  static constexpr std::array kFilters =
      std::to_array<std::string_view>({"name", "alias", "raw", "value", "csv", "list", "json"});
  for (const sql::Token& token : sql::tokens(text)) {
    if (token.kind != sql::TokenKind::parameter) continue;
    const std::string_view rest = std::string_view(text).substr(token.end);
    if (rest.starts_with('~') || rest.starts_with('^') || rest.starts_with('#')) return true;
    if (!rest.starts_with(':')) continue;
    const std::string word = text::lower(rest.substr(1, 5));
    const auto begins = [&word](std::string_view filter) { return word.starts_with(filter); };
    if (std::any_of(kFilters.begin(), kFilters.end(), begins)) return true;
  }
  return false;
}

void add_query(const Node& node, std::vector<SqlText>& out) {
  const json::Value query = node.parameters["query"];
  if (!node.is_base("postgres") || node.parameters["operation"].string() != "executeQuery" || !query.is_string())
    return;
  SqlText sql;
  sql.node = &node;
  sql.string = query;
  sql.begin = is_expression(query.string()) ? 1 : 0;
  sql.text = query.string().substr(sql.begin);
  std::vector<Hole> holes;
  for (const ExpressionPart& part : split_expression(sql.text)) {
    if (part.begin >= 2) holes.push_back({part.begin - 2, part.closed ? part.end + 2 : sql.text.size()});
  }
  fill_holes(sql, holes);
  sql.open_holes = sql.open_holes || has_format_filter(sql.text);
  // Whatever it begins with, the node sends it to the server.
  if (!text::trim(sql.text).empty()) out.push_back(std::move(sql));
}

/// Resolves JavaScript's escapes inside a literal and notes where every byte came from.
void resolve_escapes(SqlText& sql) {
  if (!text::contains(sql.text, "\\")) return;
  const std::string raw = std::move(sql.text);
  sql.text.clear();
  for (std::size_t i = 0; i < raw.size();) {
    std::size_t length = raw[i] == '\\' && i + 1 < raw.size() ? 2 : 1;
    if (length == 2 && raw[i + 1] == 'u') length = std::min<std::size_t>(6, raw.size() - i);
    if (length == 2 && raw[i + 1] == 'x') length = std::min<std::size_t>(4, raw.size() - i);
    const std::string piece =
        length == 1 ? std::string(1, raw[i]) : js::unescape(std::string_view(raw).substr(i, length));
    sql.text += piece;
    sql.origin.insert(sql.origin.end(), piece.size(), i);
    i += length;
  }
}

js::Node resolved(const js::Script& script, const js::Node& value) {
  const js::Node plain = value.unwrapped();
  const bool name = plain.is(Kind::identifier) || plain.is(Kind::shorthand_property_identifier);
  return name ? script.scope().value_of(plain).unwrapped() : plain;
}

void add_literal(const CodePiece& piece, const js::Node& literal, const js::Node& params, std::vector<SqlText>& out) {
  if (!literal.is(Kind::string) && !literal.is(Kind::template_string)) return;
  SqlText sql;
  sql.node = piece.node;
  sql.string = piece.string;
  sql.begin = piece.begin + literal.begin_offset() + 1;
  sql.text = literal.text().substr(1, literal.text().size() - 2);
  sql.in_code = true;
  sql.piece = &piece;
  sql.params = params;
  sql.given = element_count(params);
  std::vector<Hole> holes;
  for (const js::Node child : literal.children()) {
    if (!child.is(Kind::template_substitution)) continue;
    const std::size_t start = child.begin_offset() - literal.begin_offset() - 1;
    holes.push_back({start, start + child.text().size()});
  }
  fill_holes(sql, holes);
  resolve_escapes(sql);
  // `{sql, params}` may be anything: { sql: "cost: $2", params: [] } is no statement.
  if (begins_with_verb(sql.text)) out.push_back(std::move(sql));
}

js::Node member(const js::Node& object, std::string_view key) {
  for (const js::Node pair : object.children()) {
    if (pair.is(Kind::pair) && js::property_name(pair) == key) return pair.child(Field::value).unwrapped();
    if (pair.is(Kind::shorthand_property_identifier) && pair.text() == key) return pair;
  }
  return {};
}

void add_objects(const CodePiece& piece, std::vector<SqlText>& out) {
  for (std::uint32_t i = 0; i < piece.script.size(); ++i) {
    const js::Node object = piece.script.node(i);
    if (!object.is(Kind::object)) continue;
    if (const js::Node sql = member(object, "sql"))
      add_literal(piece, resolved(piece.script, sql), member(object, "params"), out);
  }
}

}  // namespace

std::optional<std::size_t> element_count(const js::Node& array) {
  if (!array.is(Kind::array)) return std::nullopt;
  std::size_t count = 0;
  for (const js::Node element : array.children()) {
    if (element.is(Kind::spread_element)) return std::nullopt;
    ++count;
  }
  return count;
}

std::vector<SqlText> sql_texts_of(const Node& node) {
  std::vector<SqlText> out;
  add_query(node, out);
  return out;
}

std::vector<SqlText> sql_texts(const Workflow& workflow, const Code& code) {
  std::vector<SqlText> out;
  for (const Node& node : workflow.nodes()) add_query(node, out);
  for (const CodePiece& piece : code.pieces()) {
    if (piece.is_code() && !piece.script.error()) add_objects(piece, out);
  }
  return out;
}

}  // namespace kairon::workflow
