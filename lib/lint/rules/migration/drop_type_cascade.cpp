#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_drop_type_cascade {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const MigrationStatement& statement : input.statements()) {
    if (!statement.is("DropStmt") || statement.node["behavior"].string() != "DROP_CASCADE") continue;
    const std::string_view type = statement.node["removeType"].string();
    if (type == "OBJECT_TYPE" || type == "OBJECT_DOMAIN")
      report.at(statement, "CASCADE also drops every column of that type, with its data");
  }
}

}  // namespace

}  // namespace migration_drop_type_cascade

extern const MigrationRule kMigrationDropTypeCascade;
const MigrationRule kMigrationDropTypeCascade{
    {"migration/drop-type-cascade", Severity::warning, Scope::by_evidence,
     "drops a type with CASCADE, and the columns of that type",
     "CASCADE also drops every column of that type, with its data, without naming any of it "
     "beforehand (PostgreSQL documentation, section 5.14, Dependency Tracking).",
     "Drop the dependent objects by name first, in this migration, and leave CASCADE out."},
    migration_drop_type_cascade::check,
    MigrationFiles::all,
    InBodies::yes};

}  // namespace kairon::lint
