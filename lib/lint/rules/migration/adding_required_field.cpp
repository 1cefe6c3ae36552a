#include "base/format.h"
#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_adding_required_field {
namespace {

/// True when an earlier statement of the file deletes every row of the table.
bool is_emptied_before(const MigrationInput& input, const AlterAction& action) {
  const std::string table = qualified_name(action.relation);
  for (const MigrationStatement& statement : input.statements()) {
    if (&statement == action.statement) return false;
    if (statement.is("DeleteStmt") && !statement.node["whereClause"] && !statement.node["usingClause"] &&
        qualified_name(statement.node["relation"]) == table)
      return true;
    if (!statement.is("TruncateStmt")) continue;
    for (const sql::Node relation : statement.node["relations"])
      if (qualified_name(relation["RangeVar"]) == table) return true;
  }
  return false;
}

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const AlterAction& action : input.actions()) {
    if (!action.is("AT_AddColumn")) continue;
    const sql::Node column = action.command["def"]["ColumnDef"];
    if (!column_constraint(column, "CONSTR_NOTNULL") || column_constraint(column, "CONSTR_DEFAULT")) continue;
    if (column_constraint(column, "CONSTR_GENERATED") || column_constraint(column, "CONSTR_IDENTITY")) continue;
    const bool fits = input.created_here(action.relation) || is_emptied_before(input, action) ||
                      type_name(column["typeName"]).find("serial") != std::string_view::npos;
    report.at(action.offset,
              format("column {} is NOT NULL and has no default: it fails when {} has rows", column["colname"].string(),
                     qualified_name(action.relation)),
              {}, fits ? std::optional(Severity::warning) : std::nullopt);
  }
}

}  // namespace

}  // namespace migration_adding_required_field

extern const MigrationRule kMigrationAddingRequiredField;
const MigrationRule kMigrationAddingRequiredField{
    {"migration/adding-required-field", Severity::error, Scope::always, "adds a NOT NULL column without a default",
     "The rows that exist have no value for it: on a table that is not empty the statement "
     "fails with 23502 (PostgreSQL documentation, ALTER TABLE, Notes). A warning only when the file itself "
     "makes or empties the table, and for a serial column, which has a default.",
     "Add the column with a default, or nullable, and SET NOT NULL once it is filled."},
    migration_adding_required_field::check,
    MigrationFiles::all,
    InBodies::yes};

}  // namespace kairon::lint
