#include <set>

#include "base/format.h"
#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_update_without_where {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  std::set<std::pair<std::string_view, std::string_view>> added;
  for (const AlterAction& action : input.actions()) {
    if (action.is("AT_AddColumn"))
      added.emplace(action.relation["relname"].string(), action.command["def"]["ColumnDef"]["colname"].string());
  }
  for (const MigrationStatement& statement : input.statements()) {
    sql::walk(statement.node, [&](const sql::Node& node) {
      if (node.key() == "CreateFunctionStmt") return false;  // BEGIN ATOMIC: runs when it is called
      if (node.key() != "UpdateStmt" || node["whereClause"] || node["fromClause"] ||
          input.created_here(node["relation"]))
        return true;
      bool fresh = true;
      for (const sql::Node target : node["targetList"]) {
        fresh = fresh && added.contains({node["relation"]["relname"].string(), target["ResTarget"]["name"].string()});
      }
      report.at(statement.offset(node["relation"]),
                format("every row of {} is written anew", qualified_name(node["relation"])), {},
                fresh ? std::optional(Severity::warning) : std::nullopt);
      return true;
    });
  }
}

}  // namespace

}  // namespace migration_update_without_where

extern const MigrationRule kMigrationUpdateWithoutWhere;
const MigrationRule kMigrationUpdateWithoutWhere{
    {"migration/update-without-where", Severity::error, Scope::always,
     "updates without WHERE a table that the file did not create",
     "Every row is written anew and locked until the transaction ends, and what was in the "
     "column is lost. A warning only when the file itself added the columns: then nothing is "
     "lost.",
     "Say which rows, and fill large tables in batches."},
    migration_update_without_where::check,
    MigrationFiles::forward,
    InBodies::yes};

}  // namespace kairon::lint
