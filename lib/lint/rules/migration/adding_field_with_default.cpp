#include "base/format.h"
#include "lint/migration_rule.h"
#include "lint/support/default_expression.h"

namespace kairon::lint {
namespace migration_adding_field_with_default {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  const bool constants_are_free = input.version() > PgVersion{11, std::nullopt};
  for (const AlterAction& action : input.actions()) {
    if (!action.is("AT_AddColumn")) continue;
    const sql::Node column = action.command["def"]["ColumnDef"];
    for (const sql::Node item : column["constraints"]) {
      const sql::Node constraint = item["Constraint"];
      const std::string_view kind = constraint["contype"].string();
      const bool generated = kind == "CONSTR_GENERATED" || kind == "CONSTR_IDENTITY";
      const bool rewrites =
          kind == "CONSTR_DEFAULT" && !(constants_are_free && is_stored_once(*action.statement, constraint));
      if (!generated && !rewrites) continue;
      report.at(action.statement->offset(constraint),
                format("the {} of column {} is written into every row while {} is locked",
                       generated ? "value" : "default", column["colname"].string(), qualified_name(action.relation)));
    }
  }
}

}  // namespace

}  // namespace migration_adding_field_with_default

extern const MigrationRule kMigrationAddingFieldWithDefault;
const MigrationRule kMigrationAddingFieldWithDefault{
    {"migration/adding-field-with-default", Severity::warning, Scope::by_evidence,
     "adds a column whose default rewrites the table",
     "A default that is not constant, and every generated column, is written into each row "
     "under ACCESS EXCLUSIVE; before 11 any default was (PostgreSQL documentation, ALTER "
     "TABLE, Notes). Constants and the functions that are stable within a statement, such as "
     "now(), are stored once.",
     "Add the column without the default, set the default, and fill the rows in batches."},
    migration_adding_field_with_default::check,
    MigrationFiles::all,
    InBodies::yes};

}  // namespace kairon::lint
