#include <algorithm>
#include <array>
#include <string>

#include "base/format.h"
#include "base/text.h"
#include "lint/code_report.h"
#include "lint/rule.h"

namespace kairon::lint {
namespace sql_interpolation {
namespace {

using js::Field;
using js::Kind;
using workflow::CodePiece;

bool runs_sql(const workflow::Node& node) {
  static constexpr auto kTypes = std::to_array<std::string_view>(
      {"postgres", "mySql", "microsoftSql", "snowflake", "timescaleDb", "questDb", "crateDb", "oracleDatabase"});
  const bool known = std::find(kTypes.begin(), kTypes.end(), node.short_type()) != kTypes.end();
  const std::string_view operation = node.parameters["operation"].string();
  return known && node.type.starts_with("n8n-nodes-base.") && (operation.empty() || operation == "executeQuery");
}

/// What comes from items; `$env`, `$now`, `$workflow` and the like are the author's own.
bool reads_items(const js::Script& script) {
  for (std::uint32_t i = 0; i < script.size(); ++i) {
    const js::Node node = script.node(i);
    if (!node.is(Kind::identifier)) continue;
    const std::string_view name = node.text();
    if (name == "$json" || name == "$" || name == "$input" || name == "$node" || name == "$items") return true;
  }
  return false;
}

/// A number cannot end a statement, and who replaces quotes has thought of them.
bool is_harmless(const js::Node& value) {
  if (value.is(Kind::member_expression)) return js::property_name(value) == "length";
  if (!value.is(Kind::call_expression)) return false;
  const js::Node callee = value.child(Field::function);
  const std::string name = js::property_name(callee).value_or(std::string(callee.text()));
  static constexpr auto kNumbers = std::to_array<std::string_view>(
      {"Number", "parseInt", "parseFloat", "toFixed", "round", "floor", "ceil", "toInt", "toFloat", "replace",
       "replaceAll", "toISO", "toISOString", "toFormat", "toMillis", "toNumber", "toBoolean"});
  return std::find(kNumbers.begin(), kNumbers.end(), name) != kNumbers.end();
}

/// The whole statement comes from elsewhere: `{{ $json.sql }}`, with or without `=` and semicolon.
bool is_whole_statement(const CodePiece& piece) {
  const std::string_view text = piece.string.string();
  const std::string_view before = text.substr(0, piece.begin);
  const std::string_view after = text.substr(piece.begin + piece.script.source().size());
  return before.find_first_not_of("= \t\n{") == std::string_view::npos &&
         after.find_first_not_of("} \t\n;") == std::string_view::npos;
}

/// The name of a table or column, which cannot be a parameter.
bool is_identifier(const CodePiece& piece) {
  std::string_view before = piece.string.string().substr(0, piece.begin - 2);
  if (before.ends_with('.') || before.ends_with('`') || before.ends_with('"')) return true;
  before = text::trim(before);
  const std::size_t blank = before.find_last_of(" \t\n=(");
  const std::string word = text::upper(before.substr(blank == std::string_view::npos ? 0 : blank + 1));
  static constexpr auto kWords = std::to_array<std::string_view>(
      {"FROM", "INTO", "TABLE", "UPDATE", "JOIN", "DESCRIBE", "DESC", "EXISTS", "INDEX", "SCHEMA", "BY"});
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

void check(const WorkflowInput& input, Reporter& report) {
  const workflow::Node* reported = nullptr;
  for (const CodePiece& piece : input.code.pieces()) {
    if (piece.is_code() || piece.node == reported || piece.string.key() != "query" || !runs_sql(*piece.node)) continue;
    if (piece.script.error() || is_whole_statement(piece) || is_identifier(piece)) continue;
    if (!reads_items(piece.script) || is_harmless(piece.script.expression().unwrapped())) continue;
    reported = piece.node;
    report_code(report, piece, 0,
                format("the SQL of '{}' takes data into its own text: {{{{{}}}}}", piece.node->name,
                       piece.script.source().size() > 60 ? std::string(piece.script.source().substr(0, 57)) + "..."
                                                         : std::string(piece.script.source())),
                "write $1 in its place and give the value in Query Parameters: ={{ [ $json.a ] }}");
  }
}

}  // namespace

}  // namespace sql_interpolation

extern const WorkflowRule kSqlInterpolation;
const WorkflowRule kSqlInterpolation{
    {"sql/interpolation", Severity::warning, Scope::always,
     "takes data into an SQL text with {{ }} instead of a parameter",
     "n8n puts the value into the statement before the database sees it: a quote in it ends the text around it, and "
     "what follows is run as SQL. n8n's own field says so: \"Consider using query parameters to prevent SQL injection "
     "attacks\". Numbers, dates, lengths, names of tables and $env are not reported, nor a query that is one whole "
     "expression.",
     "Use $1, $2 ... in the statement and give the values in options.queryReplacement as one array."},
    sql_interpolation::check};

}  // namespace kairon::lint
