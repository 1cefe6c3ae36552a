#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_prefer_bigint_over_smallint {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const ColumnUse& use : input.columns()) {
    const sql::Node type = use.column["typeName"];
    const std::string_view name = type_name(type);
    if (name == "int2" || name == "smallint" || name == "smallserial" || name == "serial2")
      report.at(use.statement->offset(type),
                "a 16-bit integer runs out soon, and changing it later rewrites the table");
  }
}

}  // namespace

}  // namespace migration_prefer_bigint_over_smallint

extern const MigrationRule kMigrationPreferBigintOverSmallint;
const MigrationRule kMigrationPreferBigintOverSmallint{
    {"migration/prefer-bigint-over-smallint", Severity::info, Scope::style, "makes a smallint or smallserial column",
     "It ends at 32,767; changing the type later rewrites the table under ACCESS EXCLUSIVE "
     "(PostgreSQL documentation, section 8.1).",
     "Use bigint."},
    migration_prefer_bigint_over_smallint::check,
    MigrationFiles::forward};

}  // namespace kairon::lint
