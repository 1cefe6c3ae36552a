#include "lint/support/duplicate_targets.h"

#include <algorithm>

#include "base/format.h"

namespace kairon::lint {
namespace {

std::size_t location(const sql::Node& node) {
  return static_cast<std::size_t>(std::max<long long>(node["location"].integer(0), 0));
}

// The name that the server gives an unnamed result column (parser/parse_target.c,
// FigureColnameInternal); "" for a star, which is not a name.
std::string figured_name(const sql::Node& value) {
  const sql::Node node = value.inner();
  const std::string_view type = node.key();
  if (type == "ColumnRef") {
    const sql::Node last = node["fields"].last();
    return std::string(last.name());
  }
  if (type == "FuncCall") return std::string(node["funcname"].last().name());
  if (type == "CollateClause") return figured_name(node["arg"]);
  if (type == "CaseExpr") return "case";
  if (type == "CoalesceExpr") return "coalesce";
  if (type == "A_ArrayExpr") return "array";
  if (type == "RowExpr") return "row";
  if (type == "TypeCast") {
    const std::string inner = figured_name(node["arg"]);
    return inner == "?column?" ? std::string(type_name(node["typeName"])) : inner;
  }
  if (type == "A_Indirection") {
    const std::string_view field = node["indirection"].last().name();
    return field.empty() ? figured_name(node["arg"]) : std::string(field);
  }
  return "?column?";
}

std::vector<Target> names_of(const MigrationStatement& statement, const sql::Node& names) {
  // A list of bare names has no locations: the first parenthesis of the statement opens it.
  std::vector<Target> all;
  sql::Lexer lexer(statement.text, std::min(statement.text.find('('), statement.text.size()));
  sql::Token token;
  for (const sql::Node name : names) {
    while (lexer.next(token) && token.kind != sql::TokenKind::word && token.kind != sql::TokenKind::quoted_identifier) {
    }
    all.push_back({std::string(name.name()), token.begin, true});
  }
  return all;
}

// The columns that a SELECT gives.
std::vector<Target> result_columns(const sql::Node& select) {
  std::vector<Target> all;
  for (const sql::Node item : select["targetList"]) {
    const sql::Node target = item["ResTarget"];
    const std::string name = target["name"] ? std::string(target["name"].string()) : figured_name(target["val"]);
    all.push_back({name, location(target), true});
  }
  return all;
}

}  // namespace

std::vector<Target> targets_of(const sql::Node& list) {
  std::vector<Target> all;
  for (const sql::Node item : list) {
    const sql::Node target = item["ResTarget"];
    all.push_back({std::string(target["name"].string()), location(target), target["indirection"].empty()});
  }
  return all;
}

std::vector<Target> columns_of(const sql::Node& elements) {
  std::vector<Target> all;
  for (const sql::Node element : elements) {
    const sql::Node column = element["ColumnDef"];
    if (column) all.push_back({std::string(column["colname"].string()), location(column), true});
  }
  return all;
}

sql::Node foreign_columns(const sql::Node& create) {
  const sql::Node base = create["base"];
  return base ? base["tableElts"] : create["base_stmt"]["tableElts"];
}

void judge(const MigrationStatement& statement, const std::vector<Target>& targets, MigrationReporter& report) {
  for (const Target& target : targets) {
    if (target.name.empty()) continue;
    const bool twice = std::any_of(targets.begin(), targets.end(), [&](const Target& other) {
      return &other != &target && other.name == target.name && (other.whole || target.whole);
    });
    if (twice) report.at(statement.begin + target.offset, format("column {} is listed more than once", target.name));
  }
}

void judge_query_table(const MigrationStatement& statement, const sql::Node& names, MigrationReporter& report) {
  judge(statement, names_of(statement, names), report);
}

void judge_view(const MigrationStatement& statement, MigrationReporter& report) {
  const bool view = statement.is("ViewStmt");
  const sql::Node aliases = view ? statement.node["aliases"] : statement.node["into"]["colNames"];
  if (!aliases.empty()) {
    if (view) judge(statement, names_of(statement, aliases), report);
    return;
  }
  judge(statement, result_columns(statement.node["query"]["SelectStmt"]), report);
}

void judge_select_into(const MigrationStatement& statement, MigrationReporter& report) {
  judge(statement, result_columns(statement.node), report);
}

}  // namespace kairon::lint
