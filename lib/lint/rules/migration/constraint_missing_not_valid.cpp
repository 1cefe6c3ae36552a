#include <set>

#include "base/format.h"
#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_constraint_missing_not_valid {
namespace {

void judge(const MigrationInput& input, const AlterAction& action, MigrationReporter& report) {
  const sql::Node constraint = action.constraint();
  if (constraint["skip_validation"].boolean() || constraint["indexname"] || input.is_new_table(action.relation)) return;
  report.at(action, format("adding the constraint reads all of {} under its lock", qualified_name(action.relation)));
}

void check(const MigrationInput& input, MigrationReporter& report) {
  bool open = input.assumes_transaction();
  std::set<std::string_view> added;
  std::size_t next = 0;
  for (const MigrationStatement& statement : input.statements()) {
    const std::string_view kind = transaction_kind(statement);
    if (kind == "BEGIN") open = true;
    if (kind == "COMMIT") {
      open = false;
      added.clear();
    }
    for (; next < input.actions().size() && input.actions()[next].statement == &statement; ++next) {
      const AlterAction& action = input.actions()[next];
      if (action.is("AT_AddConstraint")) {
        judge(input, action, report);
        const sql::Node constraint = action.constraint();
        if (open && constraint["skip_validation"].boolean()) added.insert(constraint["conname"].string());
      } else if (action.is("AT_ValidateConstraint") && added.contains(action.command["name"].string())) {
        report.at(action,
                  "validating in the transaction that added the constraint keeps the stronger lock during the scan");
      }
    }
  }
}

}  // namespace

}  // namespace migration_constraint_missing_not_valid

extern const MigrationRule kMigrationConstraintMissingNotValid;
const MigrationRule kMigrationConstraintMissingNotValid{
    {"migration/constraint-missing-not-valid", Severity::warning, Scope::by_evidence,
     "adds a constraint without NOT VALID, or validates it in the transaction that added it",
     "Adding a constraint reads the whole table under its lock: ACCESS EXCLUSIVE for a check, "
     "SHARE ROW EXCLUSIVE for a foreign key. NOT VALID skips the reading, VALIDATE does it "
     "later under SHARE UPDATE EXCLUSIVE; both in one transaction keep the first lock during "
     "the second step (PostgreSQL documentation, ALTER TABLE, \"ADD table_constraint [ NOT "
     "VALID ]\" and Notes).",
     "Add it NOT VALID here, and VALIDATE CONSTRAINT in a later migration."},
    migration_constraint_missing_not_valid::check,
    MigrationFiles::all,
    InBodies::yes};

}  // namespace kairon::lint
