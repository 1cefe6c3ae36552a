#include "workflow/result_columns.h"

#include "base/one_of.h"
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

/// The kinds of a type's values as node-postgres gives them: int8 and numeric as text.
Kinds kinds_of_type(std::string_view type) {
  if (kairon::is_one_of(type, {"int2", "int4", "float4", "float8", "oid"})) return kNumber;
  if (kairon::is_one_of(type, {"text", "varchar", "bpchar", "name", "uuid", "int8", "numeric"})) return kText;
  return type == "bool" ? kBoolean : kAnyKind;
}

Kinds kinds_of_function(std::string_view name) {
  if (name == "count") return kText;  // a bigint
  const bool text = kairon::is_one_of(name, {"lower", "upper", "btrim", "ltrim", "rtrim", "to_char", "replace",
                                             "initcap", "string_agg", "md5", "row_number", "rank", "dense_rank"});
  return text ? static_cast<Kinds>(kText | kNull) : kAnyKind;
}

Kinds kinds_of(const sql::Node& value) {
  const sql::Node inner = value.inner();
  const std::string_view kind = inner.key();
  if (kind == "TypeCast") {
    const sql::Node type = inner["typeName"];
    if (!type["arrayBounds"].empty()) return kAnyKind;
    const bool own = type["names"].size() > 1 && type["names"].at(0).name() != "pg_catalog";
    const Kinds kinds = own ? kAnyKind : kinds_of_type(type["names"].last().name());
    return kinds == kAnyKind ? kAnyKind : static_cast<Kinds>(kinds | kNull);
  }
  // With a schema in front the name may be a function of the user's own.
  if (kind == "FuncCall" && inner["funcname"].size() == 1) return kinds_of_function(inner["funcname"].last().name());
  if (kind == "BoolExpr" || kind == "NullTest" || kind == "BooleanTest") return kBoolean | kNull;
  return kAnyKind;
}

std::optional<std::vector<ResultColumn>> columns(const sql::Node& targets) {
  std::vector<ResultColumn> out;
  for (const sql::Node target : targets) {
    const sql::Node result = target["ResTarget"];
    const std::string_view alias = result["name"].string();
    const auto name = alias.empty() ? implied_name(result["val"]) : std::optional<std::string>(alias);
    if (!name) return std::nullopt;
    out.push_back({*name, kinds_of(result["val"])});
  }
  return out;
}

std::optional<std::vector<ResultColumn>> of_select(const sql::Node& select) {
  if (const sql::Node left = select["larg"]) {
    auto first = of_select(left.size() == 1 && left["SelectStmt"] ? left["SelectStmt"] : left);
    // The other half of a union may have another type, to which PostgreSQL then converts.
    if (first)
      for (ResultColumn& column : *first) column.kinds = kAnyKind;
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
  if (statement["returningList"].empty()) return std::vector<ResultColumn>{{"success", kAnyKind}};
  return columns(statement["returningList"]);
}

}  // namespace kairon::workflow
