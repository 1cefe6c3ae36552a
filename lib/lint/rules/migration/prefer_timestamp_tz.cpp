#include "base/text.h"
#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_prefer_timestamp_tz {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const ColumnUse& use : input.columns()) {
    const sql::Node type = use.column["typeName"];
    if (type_name(type) != "timestamp" || type["names"].size() < 2) continue;
    const std::size_t at = use.statement->offset(type);
    // The keyword alone: pg_catalog.timestamp is a name like any other.
    const std::string_view word = use.statement->text.substr(at - use.statement->begin, 9);
    if (text::equal_ignoring_case(word, "timestamp"))
      report.at(at, "timestamp does not say in which time zone the value is meant");
  }
}

}  // namespace

}  // namespace migration_prefer_timestamp_tz

extern const MigrationRule kMigrationPreferTimestampTz;
const MigrationRule kMigrationPreferTimestampTz{
    {"migration/prefer-timestamp-tz", Severity::info, Scope::style, "makes a timestamp column without time zone",
     "The moment is stored without its zone: what it means depends on who reads it (PostgreSQL "
     "documentation, section 8.5.1).",
     "Use timestamptz."},
    migration_prefer_timestamp_tz::check,
    MigrationFiles::forward};

}  // namespace kairon::lint
