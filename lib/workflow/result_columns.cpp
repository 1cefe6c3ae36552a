#include "workflow/result_columns.h"

#include "sql/statement.h"

namespace kairon::workflow {

namespace {

/// The name PostgreSQL gives an expression without an alias (parse_target.c, FigureColname), as far
/// as it is needed here.
std::optional<std::string> implied_name(const sql::Node& value) {
  const sql::Node inner = value.inner();
  const std::string_view kind = inner.key();
  if (kind == "ColumnRef" || kind == "FuncCall") {
    const sql::Node last = inner[kind == "ColumnRef" ? "fields" : "funcname"].last();
    const std::string_view name = last.name();
    return name.empty() ? std::nullopt : std::optional<std::string>(name);
  }
  if (kind == "TypeCast") return implied_name(inner["arg"]);
  if (kind == "CoalesceExpr") return "coalesce";
  if (kind == "CaseExpr") return "case";
  return std::nullopt;
}

std::optional<std::vector<std::string>> names(const sql::Node& targets) {
  std::vector<std::string> out;
  for (const sql::Node target : targets) {
    const sql::Node result = target["ResTarget"];
    const std::string_view alias = result["name"].string();
    const auto name = alias.empty() ? implied_name(result["val"]) : std::optional<std::string>(alias);
    if (!name) return std::nullopt;
    out.push_back(*name);
  }
  return out;
}

std::optional<std::vector<std::string>> of_select(const sql::Node& select) {
  if (const sql::Node left = select["larg"])
    return of_select(left.size() == 1 && left["SelectStmt"] ? left["SelectStmt"] : left);
  if (select["valuesLists"] || select["targetList"].empty()) return std::nullopt;
  return names(select["targetList"]);
}

}  // namespace

std::optional<std::vector<std::string>> result_columns(std::string_view text) {
  const sql::Script script{std::string(text)};
  if (!script.ok() || script.statements().size() != 1) return std::nullopt;
  const sql::Node statement = script.tree(0).inner();
  if (statement.key() == "SelectStmt") return of_select(statement);
  const bool writes =
      statement.key() == "InsertStmt" || statement.key() == "UpdateStmt" || statement.key() == "DeleteStmt";
  if (!writes) return std::nullopt;
  if (statement["returningList"].empty()) return std::vector<std::string>{"success"};
  return names(statement["returningList"]);
}

}  // namespace kairon::workflow
