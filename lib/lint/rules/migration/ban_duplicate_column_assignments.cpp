#include <vector>

#include "base/format.h"
#include "lint/migration_rule.h"
#include "lint/support/duplicate_targets.h"

namespace kairon::lint {
namespace migration_ban_duplicate_column_assignments {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const MigrationStatement& statement : input.statements()) {
    const auto report_list = [&](const std::vector<Target>& targets) { judge(statement, targets, report); };
    if (statement.is("CreateStmt")) report_list(columns_of(statement.node["tableElts"]));
    if (statement.is("CreateForeignTableStmt")) report_list(columns_of(foreign_columns(statement.node)));
    if (statement.is("CreateTableAsStmt")) judge_query_table(statement, statement.node["into"]["colNames"], report);
    if (statement.is("ViewStmt") ||
        (statement.is("CreateTableAsStmt") && statement.node["objtype"].string() == "OBJECT_MATVIEW"))
      judge_view(statement, report);
    if (statement.is("SelectStmt") && statement.node["intoClause"]) judge_select_into(statement, report);
    sql::walk(statement.node, [&](const sql::Node& node) {
      if (node.key() == "UpdateStmt" || node.key() == "MergeWhenClause") report_list(targets_of(node["targetList"]));
      if (node.key() == "InsertStmt") {
        report_list(targets_of(node["cols"]));
        report_list(targets_of(node["onConflictClause"]["targetList"]));
      }
      return true;
    });
  }
}

}  // namespace

}  // namespace migration_ban_duplicate_column_assignments

extern const MigrationRule kMigrationBanDuplicateColumnAssignments;
const MigrationRule kMigrationBanDuplicateColumnAssignments{
    {"migration/ban-duplicate-column-assignments", Severity::error, Scope::always,
     "names the same column twice in SET, an INSERT list, CREATE TABLE or a view",
     "PostgreSQL refuses the statement when it runs (42601 syntax_error, 42701 duplicate_column).",
     "Remove one of the two."},
    migration_ban_duplicate_column_assignments::check};

}  // namespace kairon::lint
