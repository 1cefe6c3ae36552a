#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_drop_view_cascade {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const MigrationStatement& statement : input.statements()) {
    if (!statement.is("DropStmt") || statement.node["behavior"].string() != "DROP_CASCADE") continue;
    const std::string_view type = statement.node["removeType"].string();
    if (type == "OBJECT_VIEW" || type == "OBJECT_MATVIEW")
      report.at(statement, "CASCADE also drops every view and rule built on it");
  }
}

}  // namespace

}  // namespace migration_drop_view_cascade

extern const MigrationRule kMigrationDropViewCascade;
const MigrationRule kMigrationDropViewCascade{
    {"migration/drop-view-cascade", Severity::warning, Scope::by_evidence,
     "drops a view with CASCADE, and the views on it",
     "CASCADE also drops every view and rule built on it, without naming any of it beforehand "
     "(PostgreSQL documentation, section 5.14, Dependency Tracking).",
     "Drop the dependent objects by name first, in this migration, and leave CASCADE out."},
    migration_drop_view_cascade::check,
    MigrationFiles::all,
    InBodies::yes};

}  // namespace kairon::lint
