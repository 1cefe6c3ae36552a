#include <set>

#include "base/format.h"
#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_enum_value_in_transaction {
namespace {

using Values = std::set<std::string_view>;
using Types = std::set<std::string_view>;

// A string constant that equals the value is taken for a use of it.
void report_uses(const MigrationStatement& statement, const Values& added, MigrationReporter& report) {
  if (statement.is("CommentStmt") || statement.is("AlterEnumStmt")) return;
  sql::walk(statement.node, [&](const sql::Node& node) {
    if (node.key() != "A_Const") return true;
    const std::string_view text = node["sval"]["sval"].string();
    if (added.contains(text))
      report.at(statement.offset(node),
                format("the enum value '{}' cannot be used before the transaction that added it ends", text));
    return true;
  });
}

void check(const MigrationInput& input, MigrationReporter& report) {
  Values added;
  Types created;
  for (const MigrationStatement& statement : input.statements()) {
    if (!statement.wrapped || !transaction_kind(statement).empty()) {
      if (transaction_kind(statement).find("SAVEPOINT") == std::string_view::npos &&
          transaction_kind(statement) != "RELEASE") {
        added.clear();
        created.clear();
      }
      continue;
    }
    if (statement.is("CreateEnumStmt")) created.insert(statement.node["typeName"].last().name());
    if (statement.is("AlterEnumStmt") && !statement.node["oldVal"]) {
      if (!created.contains(statement.node["typeName"].last().name())) added.insert(statement.node["newVal"].string());
    } else if (!added.empty()) {
      report_uses(statement, added, report);
    }
  }
}

}  // namespace

}  // namespace migration_enum_value_in_transaction

extern const MigrationRule kMigrationEnumValueInTransaction;
const MigrationRule kMigrationEnumValueInTransaction{
    {"migration/enum-value-in-transaction", Severity::error, Scope::always,
     "uses an enum value in the transaction that added it",
     "The server refuses it with 55P04: unsafe use of new value (PostgreSQL documentation, "
     "ALTER TYPE, Notes).",
     "Use the value in a later migration."},
    migration_enum_value_in_transaction::check};

}  // namespace kairon::lint
