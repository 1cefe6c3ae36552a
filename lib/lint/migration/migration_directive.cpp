#include "lint/migration_rule.h"

namespace kairon::lint {

namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const migration::Directive& directive : input.file().directives()) {
    if (!directive.problem.empty()) report.at(directive.offset, directive.problem);
  }
}

}  // namespace

extern const MigrationRule kMigrationDirective;
const MigrationRule kMigrationDirective{
    {"migration/directive", Severity::warning, Scope::always,
     "a comment that begins with kairon: and is no valid directive",
     "It has no effect: a misspelt no-transaction runs in a transaction, an allow without a "
     "reason allows nothing.",
     "-- kairon: no-transaction, irreversible REASON, not-idempotent REASON, allow RULE REASON "
     "or lock-budget 500ms, before the first statement."},
    check};

}  // namespace kairon::lint
