#include <algorithm>
#include <array>

#include "base/format.h"
#include "base/text.h"
#include "lint/reporter.h"
#include "sql/token.h"
#include "workflow/expression.h"
#include "workflow/statements.h"

namespace kairon::lint {
namespace sql_placeholders {
namespace {

using js::Kind;
using workflow::CodePiece;
using workflow::SqlText;

constexpr std::string_view kSafeForm = "write one expression that gives an array: ={{ [ $json.a, $json.b ] }}";

/// Calls that give a text whatever they are given.
bool makes_text(const js::Node& call) {
  constexpr auto kFunctions = std::to_array<std::string_view>({"JSON.stringify", "String"});
  constexpr auto kMethods =
      std::to_array<std::string_view>({"join", "toString", "toISOString", "toISO", "toFormat", "trim", "toUpperCase",
                                       "toLowerCase", "replace", "replaceAll", "substring", "toJsonString"});
  const js::Node callee = call.child(js::Field::function);
  const auto method = js::property_name(callee);
  return std::find(kFunctions.begin(), kFunctions.end(), callee.text()) != kFunctions.end() ||
         (method && std::find(kMethods.begin(), kMethods.end(), *method) != kMethods.end());
}

bool is_text(const js::Node& node, int depth = 0) {
  if (depth > 100) return false;
  const js::Node value = node.unwrapped();
  if (value.is(Kind::string) || value.is(Kind::template_string)) return true;
  if (value.is(Kind::binary_expression) && value.operator_text() == "+")
    return is_text(value.child(js::Field::left), depth + 1) || is_text(value.child(js::Field::right), depth + 1);
  return value.is(Kind::call_expression) && makes_text(value);
}

/// The value of a single `={{ }}`: how many values n8n makes of it, nothing when that is not known. An
/// array is taken as it is, in every version 2.x. A text is split in its raw form, before it is
/// evaluated: `joins` when it has a comma.
std::optional<std::size_t> single_expression_values(const CodePiece& piece, bool& joins) {
  const js::Node value = piece.script.expression().unwrapped();
  if (value.is(Kind::number)) return 1;
  if (value.is(Kind::array)) return workflow::element_count(value);
  if (!is_text(value)) return std::nullopt;
  joins = text::contains(piece.script.source(), ",");
  return joins ? std::nullopt : std::optional<std::size_t>(1);
}

struct Counted {
  std::size_t values = 0;
  bool comma_inside = false;
  bool mixed = false;
};

/// n8n-nodes-base Postgres v2 executeQuery.operation.ts: the raw text is split on commas, empty pieces
/// are dropped, and each piece gives one value per `{{ }}` in it, or itself.
Counted count_values(std::string_view raw) {
  Counted counted;
  for (const workflow::ExpressionPart& part : workflow::split_expression(raw)) {
    counted.comma_inside = counted.comma_inside || text::contains(raw.substr(part.begin, part.end - part.begin), ",");
  }
  for (const std::string_view piece : text::split(raw, ',')) {
    std::string_view trimmed = text::trim(piece);
    if (trimmed.empty()) continue;
    // "={{ a }},={{ b }}": an `=` before each is text that is dropped like any other, and nobody misses it.
    if (const std::size_t open = trimmed.find_first_not_of("= "); open != std::string_view::npos && open > 0)
      if (trimmed.substr(open).starts_with("{{")) trimmed.remove_prefix(open);
    const auto parts = workflow::split_expression(trimmed);
    counted.values += parts.empty() ? 1 : parts.size();
    std::size_t inside = 0;
    for (const workflow::ExpressionPart& part : parts) inside += part.end - part.begin + 4;
    counted.mixed = counted.mixed || (!parts.empty() && (parts.size() > 1 || inside != trimmed.size()));
  }
  return counted;
}

const CodePiece* whole_piece(const WorkflowInput& input, const json::Value& value) {
  for (const CodePiece& piece : input.code.pieces()) {
    if (piece.string == value && piece.is_whole_value()) return &piece;
  }
  return nullptr;
}

void report_count(const SqlText& sql, const json::Value& where, std::size_t wanted, std::size_t given,
                  Reporter& report) {
  report.at(where, sql.node,
            format("'{}' uses ${} but gives {}", sql.node->name, wanted, text::counted(given, "value")),
            std::string("PostgreSQL answers \"there is no parameter\": ") + std::string(kSafeForm));
}

void check_node(const WorkflowInput& input, const SqlText& sql, Reporter& report) {
  const std::size_t wanted = sql::highest_parameter(sql.text);
  if (wanted == 0 || sql.node->version < 2) return;
  const json::Value value = sql.node->parameters["options"]["queryReplacement"];
  if (!value || (value.is_string() && text::trim(value.string()).empty())) {
    report.at(sql.string, sql.node, format("'{}' uses ${} and has no options.queryReplacement", sql.node->name, wanted),
              std::string("set Query Parameters; ") + std::string(kSafeForm));
    return;
  }
  if (!value.is_string()) return;
  const bool splits_raw_text = sql.node->version < 2.5;
  if (const CodePiece* piece = whole_piece(input, value)) {
    bool joins = false;
    const bool known =
        !piece->script.error() && (splits_raw_text || piece->script.expression().unwrapped().is(Kind::array));
    const auto values = known ? single_expression_values(*piece, joins) : std::nullopt;
    if (joins)
      report.at(value, sql.node, format("the query parameters of '{}' are one text with a comma in it", sql.node->name),
                std::string("n8n splits the raw text on commas, inside {{ }} too: ") + std::string(kSafeForm));
    if (values && *values < wanted) report_count(sql, value, wanted, *values, report);
    return;
  }
  if (!splits_raw_text) return;
  const std::string_view text = value.string();
  const Counted counted = count_values(text.substr(workflow::is_expression(text) ? 1 : 0));
  if (counted.comma_inside) {
    report.at(value, sql.node, format("an expression among the query parameters of '{}' holds a comma", sql.node->name),
              std::string("n8n splits the raw text on commas, inside {{ }} too: ") + std::string(kSafeForm));
  } else if (counted.mixed) {
    report.at(value, sql.node, format("a query parameter of '{}' mixes text and expressions", sql.node->name),
              std::string("n8n makes one value of each {{ }} and drops the text around it: ") + std::string(kSafeForm));
  } else if (counted.values < wanted) {
    report_count(sql, value, wanted, counted.values, report);
  }
}

void check_code(const SqlText& sql, Reporter& report) {
  const std::size_t wanted = sql::highest_parameter(sql.text);
  if (!sql.given || *sql.given >= wanted) return;
  report.in_string(sql.string, sql.begin, sql.node,
                   format("an SQL text in '{}' uses ${} but its params hold {}", sql.node->name, wanted,
                          text::counted(*sql.given, "value")),
                   "give as many params as the highest $n");
}

void check(const WorkflowInput& input, Reporter& report) {
  for (const SqlText& sql : workflow::sql_texts(input.workflow, input.code)) {
    if (sql.in_code) {
      check_code(sql, report);
    } else {
      check_node(input, sql, report);
    }
  }
}

}  // namespace

}  // namespace sql_placeholders

extern const WorkflowRule kSqlPlaceholders;
const WorkflowRule kSqlPlaceholders{
    {"sql/placeholders", Severity::error, Scope::always,
     "uses $n in a statement that gets fewer values, or values that n8n will tear apart",
     "The Postgres node (2.0 to 2.4) splits options.queryReplacement on every comma of the raw text and takes one "
     "value per expression "
     "(n8n-nodes-base Postgres v2 executeQuery); a missing one is 42P02 \"there is no parameter $n\".",
     "Give the values as one expression that evaluates to an array: ={{ [ $json.a, $json.b ] }}."},
    sql_placeholders::check};

}  // namespace kairon::lint
