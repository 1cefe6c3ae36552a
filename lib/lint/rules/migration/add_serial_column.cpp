#include <algorithm>
#include <array>

#include "base/format.h"
#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_add_serial_column {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  constexpr std::array<std::string_view, 6> kSerial = {"serial",  "serial4",     "bigserial",
                                                       "serial8", "smallserial", "serial2"};
  for (const AlterAction& action : input.actions()) {
    if (!action.is("AT_AddColumn") || input.created_here(action.relation)) continue;
    const std::string_view type = type_name(action.command["def"]["ColumnDef"]["typeName"]);
    if (std::find(kSerial.begin(), kSerial.end(), type) == kSerial.end()) continue;
    report.at(action, format("a {} column gives every row of {} a number: the table is rewritten while it is locked",
                             type, qualified_name(action.relation)));
  }
}

}  // namespace

}  // namespace migration_add_serial_column

extern const MigrationRule kMigrationAddSerialColumn;
const MigrationRule kMigrationAddSerialColumn{
    {"migration/add-serial-column", Severity::warning, Scope::by_evidence,
     "adds a column of a serial type to a table that the file did not create",
     "A serial column has the default nextval(), which is volatile: every row is written anew under ACCESS EXCLUSIVE "
     "(PostgreSQL documentation, ALTER TABLE, Notes; Serial Types).",
     "Add a nullable column, fill it in batches, then give it its default and NOT NULL."},
    migration_add_serial_column::check,
    MigrationFiles::forward};

}  // namespace kairon::lint
