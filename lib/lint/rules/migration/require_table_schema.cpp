#include <vector>

#include "base/format.h"
#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_require_table_schema {
namespace {

// The tables that a CREATE TABLE [AS] or any ALTER TABLE names.
std::vector<sql::Node> tables_of(const MigrationStatement& statement) {
  const sql::Node node = statement.node;
  const auto is_table = [&](std::string_view field) { return node[field].string() == "OBJECT_TABLE"; };
  if (statement.is("CreateStmt")) return {node["relation"]};
  if (statement.is("CreateTableAsStmt") && is_table("objtype")) return {node["into"]["rel"]};
  if (statement.is("AlterTableStmt") && is_table("objtype")) return {node["relation"]};
  if (statement.is("AlterObjectSchemaStmt") && is_table("objectType")) return {node["relation"]};
  if (statement.is("RenameStmt") &&
      (is_table("renameType") || is_table("relationType") || node["renameType"].string() == "OBJECT_TABCONSTRAINT")) {
    return {node["relation"]};
  }
  return {};
}

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const MigrationStatement& statement : input.statements()) {
    for (const sql::Node& table : tables_of(statement)) {
      if (table["schemaname"] || table["catalogname"] || table["relpersistence"].string() == "t") continue;
      report.at(statement.offset(table), format("table {} has no schema", table["relname"].string()));
    }
    if (!statement.is("DropStmt") || statement.node["removeType"].string() != "OBJECT_TABLE") continue;
    for (const sql::Node object : statement.node["objects"]) {
      const sql::Node parts = object["List"]["items"];
      if (parts.size() == 1) report.at(statement, format("table {} has no schema", parts.at(0).name()));
    }
  }
}

}  // namespace

}  // namespace migration_require_table_schema

extern const MigrationRule kMigrationRequireTableSchema;
const MigrationRule kMigrationRequireTableSchema{
    {"migration/require-table-schema", Severity::info, Scope::style,
     "names a table without its schema in CREATE, ALTER or DROP TABLE",
     "Which table is meant depends on search_path, which differs between roles and connections "
     "(PostgreSQL documentation, section 5.9.3).",
     "Write schema.table."},
    migration_require_table_schema::check,
    MigrationFiles::forward};

}  // namespace kairon::lint
