#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_prefer_text_field {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const ColumnUse& use : input.columns()) {
    const sql::Node type = use.column["typeName"];
    const std::string_view name = type_name(type);
    if (name == "varchar" && !type["typmods"].empty())
      report.at(use.statement->offset(type), "the length limit can only be changed under a lock");
  }
}

}  // namespace

}  // namespace migration_prefer_text_field

extern const MigrationRule kMigrationPreferTextField;
const MigrationRule kMigrationPreferTextField{
    {"migration/prefer-text-field", Severity::info, Scope::style, "makes a varchar(n) column",
     "Making the limit smaller, or changing it together with the type, needs ACCESS EXCLUSIVE "
     "and a scan; text with a CHECK does not (PostgreSQL documentation, section 8.3).",
     "Use text, with a CHECK (length(column) <= n) where a limit matters."},
    migration_prefer_text_field::check,
    MigrationFiles::forward};

}  // namespace kairon::lint
