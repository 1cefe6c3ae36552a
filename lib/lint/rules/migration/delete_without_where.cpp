#include "base/format.h"
#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_delete_without_where {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const MigrationStatement& statement : input.statements()) {
    sql::walk(statement.node, [&](const sql::Node& node) {
      if (node.key() == "CreateFunctionStmt") return false;  // BEGIN ATOMIC: runs when it is called
      if (node.key() != "DeleteStmt" || node["whereClause"] || node["usingClause"] ||
          input.created_here(node["relation"]))
        return true;
      report.at(statement.offset(node["relation"]),
                format("every row of {} is deleted", qualified_name(node["relation"])));
      return true;
    });
  }
}

}  // namespace

}  // namespace migration_delete_without_where

extern const MigrationRule kMigrationDeleteWithoutWhere;
const MigrationRule kMigrationDeleteWithoutWhere{
    {"migration/delete-without-where", Severity::error, Scope::always,
     "deletes without WHERE from a table that the file did not create",
     "Every row goes, and every row is locked until the transaction ends.", "Say which rows: DELETE ... WHERE."},
    migration_delete_without_where::check,
    MigrationFiles::forward,
    InBodies::yes};

}  // namespace kairon::lint
