#include <set>
#include <string>

#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_prefer_robust_stmts {
namespace {

using Constraints = std::set<std::string_view>;

// ADD of a constraint that the file drops first can be repeated, once.
bool is_repeatable(const AlterAction& action, Constraints& dropped) {
  const bool guarded = action.command["missing_ok"].boolean();
  if (action.is("AT_DropConstraint")) {
    dropped.insert(action.command["name"].string());
    return guarded;
  }
  if (action.is("AT_AddConstraint")) return dropped.erase(action.constraint()["conname"].string()) != 0;
  return (action.is("AT_AddColumn") || action.is("AT_DropColumn")) && guarded;
}

bool is_temporary(const sql::Node& create) {
  return create["relation"]["relpersistence"].string() == "t" && create["oncommit"].string() == "ONCOMMIT_DROP";
}

bool is_bare(const MigrationStatement& statement) {
  const sql::Node node = statement.node;
  if (statement.is("IndexStmt")) return !node["if_not_exists"].boolean() && node["idxname"];
  if (statement.is("CreateStmt")) return !node["if_not_exists"].boolean() && !is_temporary(node);
  if (!statement.is("DropStmt") || node["missing_ok"].boolean()) return false;
  const std::string_view type = node["removeType"].string();
  return type == "OBJECT_TABLE" || type == "OBJECT_INDEX" || type == "OBJECT_TYPE";
}

bool is_bare_rename(const MigrationStatement& statement) {
  const std::string_view type = statement.node["renameType"].string();
  if (statement.is("AlterObjectSchemaStmt")) return statement.node["objectType"].string() == "OBJECT_TABLE";
  if (!statement.is("RenameStmt")) return false;
  return type == "OBJECT_TABLE" || type == "OBJECT_TABCONSTRAINT" ||
         (type == "OBJECT_COLUMN" && statement.node["relationType"].string() == "OBJECT_TABLE");
}

void check(const MigrationInput& input, MigrationReporter& report) {
  Constraints dropped;
  bool open = input.assumes_transaction();
  std::size_t next = 0;
  for (const MigrationStatement& statement : input.statements()) {
    const std::string_view kind = transaction_kind(statement);
    if (kind == "BEGIN") open = true;
    if (kind == "COMMIT") open = false;
    const bool guarded = open && !(statement.is("IndexStmt") && statement.node["concurrent"].boolean());
    if (!guarded && is_bare(statement)) report.at(statement, "the statement cannot be run again after a failure");
    if (!open && is_bare_rename(statement))
      report.at(first_action(statement), "the statement cannot be run again after a failure");
    for (; next < input.actions().size() && input.actions()[next].statement == &statement; ++next) {
      const AlterAction& action = input.actions()[next];
      if (!is_repeatable(action, dropped) && !open)
        report.at(action, "the statement cannot be run again after a failure");
    }
  }
}

}  // namespace

}  // namespace migration_prefer_robust_stmts

extern const MigrationRule kMigrationPreferRobustStmts;
const MigrationRule kMigrationPreferRobustStmts{
    {"migration/prefer-robust-stmts", Severity::info, Scope::style,
     "runs a statement outside a transaction that cannot run again after a failure",
     "What ran before the failure stays. Without IF [NOT] EXISTS the second run stops at the "
     "first statement that is already done.",
     "Use IF [NOT] EXISTS, or run the file in a transaction."},
    migration_prefer_robust_stmts::check};

}  // namespace kairon::lint
