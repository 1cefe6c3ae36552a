#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_prefer_bigint_over_int {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const ColumnUse& use : input.columns()) {
    const sql::Node type = use.column["typeName"];
    const std::string_view name = type_name(type);
    if (name == "int4" || name == "int" || name == "integer" || name == "serial" || name == "serial4")
      report.at(use.statement->offset(type), "a 32-bit integer can run out, and changing it later rewrites the table");
  }
}

}  // namespace

}  // namespace migration_prefer_bigint_over_int

extern const MigrationRule kMigrationPreferBigintOverInt;
const MigrationRule kMigrationPreferBigintOverInt{
    {"migration/prefer-bigint-over-int", Severity::info, Scope::style, "makes an int or serial column",
     "It ends at 2,147,483,647; changing the type later rewrites the table under ACCESS "
     "EXCLUSIVE (PostgreSQL documentation, section 8.1).",
     "Use bigint."},
    migration_prefer_bigint_over_int::check,
    MigrationFiles::forward};

}  // namespace kairon::lint
