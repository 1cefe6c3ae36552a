#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_drop_sequence_cascade {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const MigrationStatement& statement : input.statements()) {
    if (!statement.is("DropStmt") || statement.node["behavior"].string() != "DROP_CASCADE") continue;
    const std::string_view type = statement.node["removeType"].string();
    if (type == "OBJECT_SEQUENCE") report.at(statement, "CASCADE also drops the defaults that draw from it");
  }
}

}  // namespace

}  // namespace migration_drop_sequence_cascade

extern const MigrationRule kMigrationDropSequenceCascade;
const MigrationRule kMigrationDropSequenceCascade{
    {"migration/drop-sequence-cascade", Severity::warning, Scope::by_evidence,
     "drops a sequence with CASCADE, and the defaults that use it",
     "CASCADE also drops the defaults that draw from it, without naming any of it beforehand "
     "(PostgreSQL documentation, section 5.14, Dependency Tracking).",
     "Drop the dependent objects by name first, in this migration, and leave CASCADE out."},
    migration_drop_sequence_cascade::check,
    MigrationFiles::all,
    InBodies::yes};

}  // namespace kairon::lint
