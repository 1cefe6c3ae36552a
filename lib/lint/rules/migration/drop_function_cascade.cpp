#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_drop_function_cascade {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const MigrationStatement& statement : input.statements()) {
    if (!statement.is("DropStmt") || statement.node["behavior"].string() != "DROP_CASCADE") continue;
    const std::string_view type = statement.node["removeType"].string();
    if (type == "OBJECT_FUNCTION" || type == "OBJECT_PROCEDURE" || type == "OBJECT_ROUTINE" ||
        type == "OBJECT_AGGREGATE")
      report.at(statement, "CASCADE also drops every trigger, default, index and policy that uses it");
  }
}

}  // namespace

}  // namespace migration_drop_function_cascade

extern const MigrationRule kMigrationDropFunctionCascade;
const MigrationRule kMigrationDropFunctionCascade{
    {"migration/drop-function-cascade", Severity::warning, Scope::by_evidence,
     "drops a function with CASCADE, and what depends on it",
     "CASCADE also drops every trigger, default, index and policy that uses it, without naming "
     "any of it beforehand (PostgreSQL documentation, section 5.14, Dependency Tracking).",
     "Drop the dependent objects by name first, in this migration, and leave CASCADE out."},
    migration_drop_function_cascade::check,
    MigrationFiles::all,
    InBodies::yes};

}  // namespace kairon::lint
