#include "lint/support/default_expression.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace kairon::lint {
namespace {

// Built-in functions that can be called without arguments and are not volatile (pg_proc of 15).
constexpr std::array<std::string_view, 82> kStable = {
#include "lint/support/stable_functions.inc"
};

// Words after which an opening parenthesis groups instead of calling.
constexpr std::array<std::string_view, 9> kGroupingWords = {"default", "and",     "or",   "not", "zone",
                                                            "like",    "between", "from", "is"};
// Words that begin the next constraint of the column.
constexpr std::array<std::string_view, 7> kNextConstraint = {"check",      "unique",    "primary",   "references",
                                                             "constraint", "generated", "deferrable"};

template <typename List>
bool contains(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// Parentheses leave no trace in the tree: looks for one that groups in the text of the default.
bool has_group(std::string_view text, std::size_t begin) {
  sql::Lexer lexer(text, begin);
  sql::Token token;
  std::string before;
  std::size_t depth = 0;
  while (lexer.next(token)) {
    if (token.kind == sql::TokenKind::line_comment || token.kind == sql::TokenKind::block_comment) continue;
    const std::string word = text::lower(text.substr(token.begin, token.end - token.begin));
    const bool after_operand = !before.empty() && before != "default" && before != "is";
    if (depth == 0 && (word == "," || word == ")" || contains(kNextConstraint, word))) return false;
    if (depth == 0 && word == "not" && after_operand) return false;
    if (word == "[") return false;  // an array counts as stored whatever it holds
    if (word == "(") {
      const bool calls = !before.empty() &&
                         (std::isalnum(static_cast<unsigned char>(before.back())) != 0 || before.back() == '_' ||
                          before.back() == '"') &&
                         !contains(kGroupingWords, before);
      if (!calls) return true;
      ++depth;
    }
    if (word == ")" && depth != 0) --depth;
    before = word;
  }
  return false;
}

bool stored(const MigrationStatement& statement, const sql::Node& expression);

bool stored_call(const MigrationStatement& statement, const sql::Node& call) {
  const sql::Node names = call["funcname"];
  // x AT TIME ZONE y is a call in the tree and an operator in the text.
  if (call["funcformat"].string() == "COERCE_SQL_SYNTAX" && names.last().name() == "timezone") {
    return std::all_of(call["args"].begin(), call["args"].end(),
                       [&](const sql::Node& argument) { return stored(statement, argument); });
  }
  return names.size() == 1 && call["args"].empty() && contains(kStable, names.at(0).name());
}

bool stored_operator(const MigrationStatement& statement, const sql::Node& expression) {
  const std::string_view kind = expression["kind"].string();
  const bool binary = kind == "AEXPR_OP" || kind == "AEXPR_LIKE" || kind == "AEXPR_ILIKE" || kind == "AEXPR_SIMILAR" ||
                      kind == "AEXPR_DISTINCT" || kind == "AEXPR_NOT_DISTINCT";
  return binary && expression["lexpr"] && stored(statement, expression["lexpr"]) &&
         stored(statement, expression["rexpr"]);
}

bool stored(const MigrationStatement& statement, const sql::Node& expression) {
  const sql::Node node = expression.inner();
  const std::string_view type = node.key();
  if (type == "A_Const") {
    // The parser folds the sign into the constant; squawk sees a prefix operator.
    const std::size_t at = statement.offset(node) - statement.begin;
    return at >= statement.text.size() || statement.text[at] != '-';
  }
  if (type == "TypeCast" || type == "CollateClause" || type == "NullTest") return stored(statement, node["arg"]);
  if (type == "A_ArrayExpr") return true;
  if (type == "SubLink") return node["subLinkType"].string() == "ARRAY_SUBLINK";
  if (type == "SQLValueFunction") return node["op"].string() == "SVFOP_CURRENT_TIMESTAMP";
  if (type == "FuncCall") return stored_call(statement, node);
  if (type == "A_Expr") return stored_operator(statement, node);
  if (type == "BoolExpr") {
    return node["boolop"].string() != "NOT_EXPR" &&
           std::all_of(node["args"].begin(), node["args"].end(),
                       [&](const sql::Node& argument) { return stored(statement, argument); });
  }
  return false;
}

}  // namespace

bool is_stored_once(const MigrationStatement& statement, const sql::Node& default_constraint) {
  const std::size_t at = statement.offset(default_constraint) - statement.begin;
  return !has_group(statement.text, at) && stored(statement, default_constraint["raw_expr"]);
}

}  // namespace kairon::lint
