#include <algorithm>

#include "base/format.h"
#include "lint/migration_rule.h"
#include "lint/support/body_hazards.h"

namespace kairon::lint {
namespace migration_in_function_body {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const MigrationStatement& statement : input.statements()) {
    const bool now = statement.is("DoStmt");
    if (!now && !statement.is("CreateFunctionStmt")) continue;
    for (const BodyHazard& hazard : body_hazards(statement, input)) {
      report.at(statement.begin + hazard.offset,
                format("{} {}: {}", now ? "in the DO block," : "in the function,", hazard.rule, hazard.message), {},
                now ? hazard.severity : std::min(hazard.severity, Severity::warning));
    }
  }
}

}  // namespace

}  // namespace migration_in_function_body

extern const MigrationRule kMigrationInFunctionBody;
const MigrationRule kMigrationInFunctionBody{
    {"migration/in-function-body", Severity::warning, Scope::by_evidence,
     "hides one of the hazards above inside a DO block or a function",
     "A DO block does it now, a function whenever it is called; locks are held until the "
     "calling transaction ends. An error in a DO block, a warning in a function body.",
     "Write the statement as one of the migration's own, or allow it: -- kairon: allow "
     "migration/in-function-body REASON."},
    migration_in_function_body::check};

}  // namespace kairon::lint
