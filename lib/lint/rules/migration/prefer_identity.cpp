#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_prefer_identity {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const ColumnUse& use : input.columns()) {
    const sql::Node type = use.column["typeName"];
    const std::string_view name = type_name(type);
    if (name == "serial" || name == "serial2" || name == "serial4" || name == "serial8" || name == "bigserial" ||
        name == "smallserial")
      report.at(use.statement->offset(type), "serial hides a sequence with rights of its own");
  }
}

}  // namespace

}  // namespace migration_prefer_identity

extern const MigrationRule kMigrationPreferIdentity;
const MigrationRule kMigrationPreferIdentity{
    {"migration/prefer-identity", Severity::info, Scope::style, "makes a serial column",
     "Its sequence has rights and an owner of its own, and any value can be inserted "
     "by hand (PostgreSQL documentation, section 5.3, Identity Columns).",
     "Use bigint GENERATED ALWAYS AS IDENTITY."},
    migration_prefer_identity::check,
    MigrationFiles::forward};

}  // namespace kairon::lint
