#include "base/format.h"
#include "lint/schema_rule.h"

namespace kairon::lint {

namespace sql_schema {
namespace {

void check(const SchemaStatement& statement, std::size_t byte, Reporter& report) {
  if (!statement.broken_by.empty()) return;
  report.add(statement.place(byte), statement.node,
             format("the SQL of '{}' does not fit the schema: {} ({})", statement.node, statement.verdict.message,
                    statement.said_place(byte)),
             "correct the statement, or add the migration that makes what it names");
}

}  // namespace

}  // namespace sql_schema

extern const SchemaRule kSqlSchema{
    {"sql/schema", Severity::error, Scope::always,
     "holds a static statement that does not prepare on the schema in force: unknown table, column or function "
     "(pre-push and `check --schema`)",
     "The statement was prepared on a throw-away PostgreSQL that holds the schema and the migrations of this state: "
     "the real server gives the same answer (42P01 undefined_table, 42703 undefined_column, 42883 undefined_function) "
     "whenever the node runs.",
     "Correct the statement, or add the migration that makes what it names."},
    sql_schema::check};

}  // namespace kairon::lint
