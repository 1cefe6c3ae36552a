#include "lint/schema_rule.h"

namespace kairon::lint {

namespace sql_column_use {
namespace {

/// Statements that fail are the business of the other rules: see lint/support/called_columns.h.
void check(const SchemaStatement&, std::size_t, Reporter&) {}

}  // namespace

}  // namespace sql_column_use

extern const SchemaRule kSqlColumnUse{
    {"sql/column-use", Severity::error, Scope::always,
     "reads a column that a query does not return, or uses it as another type than it arrives as (pre-push and `check "
     "--schema`)",
     "The columns are those that a throw-away PostgreSQL with the schema in force gives the statement. n8n's Postgres "
     "node hands bigint and numeric on as text, date as a JavaScript Date, types of your own as text: a strict "
     "condition on a number fails with \"Wrong type\", and .toFixed() on a text gives null.",
     "Read a column that is there, cast it in the query (total::int), or convert the value (Number($json.total))."},
    sql_column_use::check};

}  // namespace kairon::lint
