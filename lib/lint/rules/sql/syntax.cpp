#include "base/format.h"
#include "lint/reporter.h"
#include "sql/statement.h"
#include "workflow/statements.h"

namespace kairon::lint {
namespace sql_syntax {
namespace {

void check(const WorkflowInput& input, Reporter& report) {
  for (const workflow::SqlText& sql : workflow::sql_texts(input.workflow, input.code)) {
    if (sql.open_holes) {
      // NULL is only one thing that the hole may become: a failure proves nothing.
      continue;
    }
    const sql::Script script(sql.text);
    if (script.ok()) continue;
    const sql::SyntaxError& error = script.errors().front();
    report.in_string(sql.string, sql.place(error.offset), sql.node,
                     format("the SQL of '{}' does not parse: {} (line {} of the SQL)", sql.node->name, error.message,
                            script.position(error.offset).line),
                     "PostgreSQL's own parser refuses it: correct the statement");
  }
}

}  // namespace

}  // namespace sql_syntax

extern const WorkflowRule kSqlSyntax;
const WorkflowRule kSqlSyntax{
    {"sql/syntax", Severity::error, Scope::always, "holds a static SQL statement that does not parse",
     "The text was given to PostgreSQL's own grammar (libpg_query): the server answers 42601 "
     "syntax_error and the node fails.",
     "Correct the statement at the place named."},
    sql_syntax::check};

}  // namespace kairon::lint
