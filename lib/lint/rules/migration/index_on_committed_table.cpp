#include <algorithm>
#include <set>

#include "base/format.h"
#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_index_on_committed_table {
namespace {

using Table = std::pair<std::string_view, std::string_view>;
using Tables = std::set<Table>;

Table table_of(const sql::Node& relation) { return {relation["schemaname"].string(), relation["relname"].string()}; }

// A name without a schema may be any of that name: search_path decides.
bool has_name(const Tables& tables, std::string_view name) {
  return std::any_of(tables.begin(), tables.end(), [&](const Table& table) { return table.second == name; });
}

void check(const MigrationInput& input, MigrationReporter& report) {
  Tables fresh;
  bool own = input.assumes_transaction();
  for (const MigrationStatement& statement : input.statements()) {
    const std::string_view kind = transaction_kind(statement);
    if (kind == "BEGIN" || kind == "COMMIT" || kind == "ROLLBACK") {
      own = kind == "BEGIN";
      fresh.clear();
    }
    const sql::Node relation = statement.node["relation"];
    if (statement.is("CreateStmt") && own) fresh.insert(table_of(relation));
    if (!statement.is("IndexStmt") || statement.node["concurrent"].boolean()) continue;
    // Where the file creates no such table at all, migration/require-concurrent-index-creation says it.
    if (!input.is_new_table(relation) || fresh.contains(table_of(relation)) ||
        fresh.contains({std::string_view(), table_of(relation).second}))
      continue;
    if (table_of(relation).first.empty() && has_name(fresh, table_of(relation).second)) continue;
    report.at(statement, format("{} is not a table of this transaction: building the index blocks its writers",
                                qualified_name(relation)));
  }
}

}  // namespace

}  // namespace migration_index_on_committed_table

extern const MigrationRule kMigrationIndexOnCommittedTable;
const MigrationRule kMigrationIndexOnCommittedTable{
    {"migration/index-on-committed-table", Severity::warning, Scope::by_evidence,
     "creates an index without CONCURRENTLY on a table that an earlier transaction of the file created",
     "From its COMMIT on others can use the table: building the index blocks their writes. "
     "Only a table of the same transaction is invisible to them.",
     "Create the index in the transaction that creates the table, or CONCURRENTLY."},
    migration_index_on_committed_table::check};

}  // namespace kairon::lint
