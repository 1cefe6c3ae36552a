#include "base/format.h"
#include "base/text.h"
#include "lint/schema_rule.h"

namespace kairon::lint {

namespace sql_drift {
namespace {

void check(const SchemaStatement& statement, std::size_t byte, Reporter& report) {
  if (statement.broken_by.empty()) return;
  report.add(statement.place(byte), statement.node,
             format("{} breaks the SQL of '{}' in workflow '{}': {} ({})", text::printable(statement.broken_by),
                    statement.node, statement.workflow, statement.verdict.message, statement.said_place(byte)),
             "change the workflow in the same commit, or keep the old name until no workflow uses it");
}

}  // namespace

}  // namespace sql_drift

extern const SchemaRule kSqlDrift{
    {"sql/drift", Severity::error, Scope::always,
     "makes a statement of some workflow stop preparing, by a migration or schema change (pre-push, `check --schema`, "
     "`migrate test`; at commit when the trial server is cached)",
     "Every static statement of every workflow was prepared on a throw-away PostgreSQL before and after the change: it "
     "worked before and fails after it, so the node fails on the first run after the migration.",
     "Change the workflow in the same commit, or let the migration keep the old name until no workflow uses it."},
    sql_drift::check};

}  // namespace kairon::lint
