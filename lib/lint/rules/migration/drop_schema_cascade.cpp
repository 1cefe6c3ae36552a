#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_drop_schema_cascade {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const MigrationStatement& statement : input.statements()) {
    if (!statement.is("DropStmt") || statement.node["behavior"].string() != "DROP_CASCADE") continue;
    const std::string_view type = statement.node["removeType"].string();
    if (type == "OBJECT_SCHEMA") report.at(statement, "CASCADE also drops every table in it, with its data");
  }
}

}  // namespace

}  // namespace migration_drop_schema_cascade

extern const MigrationRule kMigrationDropSchemaCascade;
const MigrationRule kMigrationDropSchemaCascade{
    {"migration/drop-schema-cascade", Severity::warning, Scope::by_evidence,
     "drops a schema with CASCADE, and all that it holds",
     "CASCADE also drops every table in it, with its data, without naming any of it beforehand "
     "(PostgreSQL documentation, section 5.14, Dependency Tracking).",
     "Drop the dependent objects by name first, in this migration, and leave CASCADE out."},
    migration_drop_schema_cascade::check,
    MigrationFiles::all,
    InBodies::yes};

}  // namespace kairon::lint
