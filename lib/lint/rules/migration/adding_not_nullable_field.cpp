#include <map>
#include <set>

#include "base/format.h"
#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_adding_not_nullable_field {
namespace {

// The column of a bare CHECK (column IS NOT NULL); "" for every other constraint.
std::string_view column_proven_by(const MigrationStatement& statement, const sql::Node& constraint) {
  const sql::Node test = constraint["raw_expr"]["NullTest"];
  const sql::Node column = test["arg"]["ColumnRef"];
  if (constraint["contype"].string() != "CONSTR_CHECK" || test["nulltesttype"].string() != "IS_NOT_NULL") return {};
  if (column["fields"].size() != 1) return {};
  // Parentheses leave no trace in the tree; a constraint in more of them is not recognised.
  const std::size_t at = statement.offset(column) - statement.begin;
  const std::size_t open = statement.text.find_last_not_of(" \t\r\n", at - 1);
  if (open == std::string_view::npos || open == 0 || statement.text[open] != '(') return {};
  const std::size_t before = statement.text.find_last_not_of(" \t\r\n", open - 1);
  return before != std::string_view::npos && statement.text[before] != '(' ? column["fields"].at(0).name()
                                                                           : std::string_view();
}

// The file itself makes the table, further up: it holds what the file has put in.
bool is_made_before(const MigrationInput& input, const AlterAction& action) {
  for (const MigrationStatement& statement : input.statements()) {
    if (statement.begin >= action.statement->begin) return false;
    const bool made = statement.is("CreateStmt") &&
                      statement.node["relation"]["relname"].string() == action.relation["relname"].string() &&
                      statement.node["relation"]["schemaname"].string() == action.relation["schemaname"].string();
    if (made) return true;
  }
  return false;
}

void check(const MigrationInput& input, MigrationReporter& report) {
  using Key = std::pair<std::string_view, std::string_view>;
  std::map<Key, std::string_view> checks;  // constraint -> column that it proves not null
  std::set<Key> proven;                    // table, column
  std::set<std::string_view> trusted;      // tables with a validated constraint that may prove anything
  const bool checks_help = input.version() >= PgVersion{12, std::nullopt};
  for (const AlterAction& action : input.actions()) {
    const std::string_view table = action.relation["relname"].string();
    const std::string_view name = action.command["name"].string();
    if (action.is("AT_AddConstraint")) {
      const std::string_view column = column_proven_by(*action.statement, action.constraint());
      if (!column.empty()) checks[{table, action.constraint()["conname"].string()}] = column;
    } else if (action.is("AT_ValidateConstraint")) {
      const auto check = checks.find({table, name});
      if (check == checks.end()) {
        trusted.insert(table);
      } else {
        proven.emplace(table, check->second);
      }
    } else if (action.is("AT_SetNotNull")) {
      if (is_made_before(input, action)) continue;
      if (checks_help && (proven.contains({table, name}) || trusted.contains(table))) continue;
      report.at(option_offset(action),
                format("SET NOT NULL reads all of {} while it is locked", qualified_name(action.relation)));
    }
  }
}

}  // namespace

}  // namespace migration_adding_not_nullable_field

extern const MigrationRule kMigrationAddingNotNullableField;
const MigrationRule kMigrationAddingNotNullableField{
    {"migration/adding-not-nullable-field", Severity::warning, Scope::by_evidence,
     "sets NOT NULL, which has to read the whole table",
     "SET NOT NULL reads every row under ACCESS EXCLUSIVE. From 12 on it skips that when a "
     "validated CHECK (column IS NOT NULL) proves it (PostgreSQL documentation, ALTER TABLE, "
     "\"SET/DROP NOT NULL\").",
     "ADD CONSTRAINT ... CHECK (column IS NOT NULL) NOT VALID, VALIDATE CONSTRAINT, then SET "
     "NOT NULL and drop the check."},
    migration_adding_not_nullable_field::check,
    MigrationFiles::all,
    InBodies::yes};

}  // namespace kairon::lint
