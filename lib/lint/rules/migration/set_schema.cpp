#include "base/format.h"
#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_set_schema {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const MigrationStatement& statement : input.statements()) {
    if (!statement.is("AlterObjectSchemaStmt")) continue;
    const std::string_view type = statement.node["objectType"].string();
    if (type != "OBJECT_TABLE" && type != "OBJECT_VIEW" && type != "OBJECT_MATVIEW") continue;
    if (input.created_here(statement.node["relation"])) continue;
    report.at(statement,
              format("whoever reads {} in its old schema breaks", qualified_name(statement.node["relation"])));
  }
}

}  // namespace

}  // namespace migration_set_schema

extern const MigrationRule kMigrationSetSchema;
const MigrationRule kMigrationSetSchema{
    {"migration/set-schema", Severity::warning, Scope::by_evidence, "moves a table to another schema",
     "Every query that names the old schema, or finds the table through search_path, fails "
     "from that moment.",
     "Create a view of the old name in the same migration, until all readers have moved."},
    migration_set_schema::check,
    MigrationFiles::forward,
    InBodies::yes};

}  // namespace kairon::lint
