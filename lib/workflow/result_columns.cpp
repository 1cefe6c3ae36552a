#include "workflow/result_columns.h"

#include "base/one_of.h"
#include "sql/statement.h"
#include "workflow/column_type.h"

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

ResultColumn column_of_function(std::string_view name) {
  ResultColumn column;
  const bool bigint = kairon::is_one_of(name, {"count", "row_number", "rank", "dense_rank"});
  const bool text = kairon::is_one_of(
      name, {"lower", "upper", "btrim", "ltrim", "rtrim", "to_char", "replace", "initcap", "string_agg", "md5"});
  column.large_number = bigint;
  if (bigint) column.value = Value::of(kText);
  if (text) column.value = Value::of(kText | kNull);
  return column;
}

/// What the expression alone tells of a column.
ResultColumn column_of(const sql::Node& value) {
  ResultColumn column;
  const sql::Node inner = value.inner();
  const std::string_view kind = inner.key();
  if (kind == "TypeCast") {
    const sql::Node type = inner["typeName"];
    const bool own = type["names"].size() > 1 && type["names"].at(0).name() != "pg_catalog";
    const ColumnType* known = own ? nullptr : column_type(type["names"].last().name());
    if (known == nullptr || !type["arrayBounds"].empty()) return column;
    column.value = value_of_column(*known);
    column.large_number = known->large_number;
    return column;
  }
  // With a schema in front the name may be a function of the user's own.
  if (kind == "FuncCall" && inner["funcname"].size() == 1) return column_of_function(inner["funcname"].last().name());
  if (kind == "BoolExpr" || kind == "NullTest" || kind == "BooleanTest") column.value = Value::of(kBoolean | kNull);
  return column;
}

std::optional<std::vector<ResultColumn>> columns(const sql::Node& targets) {
  std::vector<ResultColumn> out;
  for (const sql::Node target : targets) {
    const sql::Node result = target["ResTarget"];
    const std::string_view alias = result["name"].string();
    const auto name = alias.empty() ? implied_name(result["val"]) : std::optional<std::string>(alias);
    if (!name) return std::nullopt;
    out.push_back(column_of(result["val"]));
    out.back().name = *name;
  }
  return out;
}

std::optional<std::vector<ResultColumn>> of_select(const sql::Node& select) {
  if (const sql::Node left = select["larg"]) {
    auto first = of_select(left.size() == 1 && left["SelectStmt"] ? left["SelectStmt"] : left);
    // The other half of a union may have another type, to which PostgreSQL then converts.
    if (first)
      for (ResultColumn& column : *first) column.value = Value();
    return first;
  }
  if (select["valuesLists"] || select["targetList"].empty()) return std::nullopt;
  return columns(select["targetList"]);
}

}  // namespace

std::optional<std::vector<ResultColumn>> result_columns(std::string_view text) {
  const sql::Script script{std::string(text)};
  if (!script.ok() || script.statements().size() != 1) return std::nullopt;
  const sql::Node statement = script.tree(0).inner();
  if (statement.key() == "SelectStmt") return of_select(statement);
  const bool writes =
      statement.key() == "InsertStmt" || statement.key() == "UpdateStmt" || statement.key() == "DeleteStmt";
  if (!writes) return std::nullopt;
  if (statement["returningList"].empty()) return std::vector<ResultColumn>{{"success", {}, false, {}}};
  return columns(statement["returningList"]);
}

}  // namespace kairon::workflow
