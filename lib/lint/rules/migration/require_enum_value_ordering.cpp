#include "base/format.h"
#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_require_enum_value_ordering {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const MigrationStatement& statement : input.statements()) {
    const sql::Node node = statement.node;
    if (!statement.is("AlterEnumStmt") || node["oldVal"] || node["newValNeighbor"]) continue;
    report.at(statement.offset_of_word("add"),
              format("value '{}' is sorted after all others", node["newVal"].string()));
  }
}

}  // namespace

}  // namespace migration_require_enum_value_ordering

extern const MigrationRule kMigrationRequireEnumValueOrdering;
const MigrationRule kMigrationRequireEnumValueOrdering{
    {"migration/require-enum-value-ordering", Severity::warning, Scope::always,
     "adds an enum value without BEFORE or AFTER",
     "The value comes last in the type's order, by which ORDER BY and comparisons go; it "
     "cannot be moved later (PostgreSQL documentation, section 8.7.2).",
     "Say BEFORE or AFTER which value."},
    migration_require_enum_value_ordering::check,
    MigrationFiles::forward};

}  // namespace kairon::lint
