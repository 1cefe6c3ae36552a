#include "base/format.h"
#include "lint/migration_rule.h"
#include "lint/support/squawk_ignore.h"
#include "sql/token.h"

namespace kairon::lint {
namespace migration_directive {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const migration::Directive& directive : input.file().directives()) {
    if (!directive.problem.empty()) report.at(directive.offset, directive.problem);
  }
  for (const SquawkIgnore& ignore : squawk_ignores(input.file())) {
    for (const std::string& name : ignore.unknown)
      report.at(ignore.offset, format("squawk-ignore cannot name '{}'", name),
                "rules of one file, with commas between; a reason goes after --");
  }
  for (const sql::Comment& comment : sql::comments(input.file().script().text())) {
    if (comment.text == "squawk-disable-assume-in-transaction" && input.file().runs_in_transaction())
      report.at(comment.begin, "squawk-disable-assume-in-transaction has no effect: the file runs in one transaction",
                "-- kairon: no-transaction runs it statement by statement");
  }
}

}  // namespace

}  // namespace migration_directive

extern const MigrationRule kMigrationDirective;
const MigrationRule kMigrationDirective{
    {"migration/directive", Severity::warning, Scope::always, "holds a comment for kairon or squawk that has no effect",
     "It has no effect: a misspelt no-transaction runs in a transaction, an allow without a "
     "reason allows nothing.",
     "-- kairon: no-transaction, irreversible REASON, not-idempotent REASON, allow RULE REASON "
     "or lock-budget 500ms, before the first statement."},
    migration_directive::check};

}  // namespace kairon::lint
