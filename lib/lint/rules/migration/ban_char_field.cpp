#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_ban_char_field {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const ColumnUse& use : input.columns()) {
    const sql::Node type = use.column["typeName"];
    const std::string_view name = type_name(type);
    if (name == "bpchar" || name == "char") report.at(use.statement->offset(type), "char pads every value with blanks");
  }
}

}  // namespace

}  // namespace migration_ban_char_field

extern const MigrationRule kMigrationBanCharField;
const MigrationRule kMigrationBanCharField{
    {"migration/ban-char-field", Severity::warning, Scope::always, "makes a char(n), character or bpchar column",
     "Values are padded with blanks to the full length, and the blanks count in some "
     "comparisons and not in others (PostgreSQL documentation, section 8.3).",
     "Use text."},
    migration_ban_char_field::check,
    MigrationFiles::forward};

}  // namespace kairon::lint
