#include "base/format.h"
#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_needs_no_transaction {
namespace {

bool has_option(const sql::Node& options, std::string_view name) {
  for (const sql::Node option : options) {
    if (option["DefElem"]["defname"].string() == name) return true;
  }
  return false;
}

std::string_view forbidden_reindex(const sql::Node& node) {
  if (node["concurrent"].boolean() || has_option(node["params"], "concurrently")) return "REINDEX CONCURRENTLY";
  const std::string_view kind = node["kind"].string();
  if (kind == "REINDEX_OBJECT_SCHEMA" || kind == "REINDEX_OBJECT_DATABASE" || kind == "REINDEX_OBJECT_SYSTEM") {
    return "REINDEX of a schema or database";
  }
  return {};
}

bool detaches_concurrently(const MigrationStatement& statement) {
  for (const sql::Node command : statement.node["cmds"]) {
    if (command["AlterTableCmd"]["def"]["PartitionCmd"]["concurrent"].boolean()) return true;
  }
  return false;
}

// What the statement is, when it cannot run inside a transaction; else "".
std::string_view forbidden(const MigrationStatement& statement, const MigrationInput& input) {
  const sql::Node node = statement.node;
  const bool concurrent = node["concurrent"].boolean();
  // In a longer file migration/ban-concurrent-index-creation-in-transaction says it.
  if (statement.is("IndexStmt") && concurrent && input.statements().size() < 2) return "CREATE INDEX CONCURRENTLY";
  if (statement.is("DropStmt") && concurrent) return "DROP INDEX CONCURRENTLY";
  if (statement.is("ReindexStmt")) return forbidden_reindex(node);
  if (statement.is("VacuumStmt") && node["is_vacuumcmd"].boolean()) return "VACUUM";
  if (statement.is("ClusterStmt") && !node["relation"]) return "CLUSTER of all tables";
  if (statement.is("CreatedbStmt")) return "CREATE DATABASE";
  if (statement.is("DropdbStmt")) return "DROP DATABASE";
  if (statement.is("CreateTableSpaceStmt")) return "CREATE TABLESPACE";
  if (statement.is("DropTableSpaceStmt")) return "DROP TABLESPACE";
  if (statement.is("AlterSystemStmt")) return "ALTER SYSTEM";
  if (statement.is("AlterTableStmt") && detaches_concurrently(statement)) return "DETACH PARTITION CONCURRENTLY";
  const bool adds_value = statement.is("AlterEnumStmt") && !node["oldVal"];
  if (adds_value && input.version() < PgVersion{12, std::nullopt}) return "ALTER TYPE ... ADD VALUE (before 12)";
  return {};
}

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const MigrationStatement& statement : input.statements()) {
    if (!statement.wrapped) continue;
    const std::string_view what = forbidden(statement, input);
    if (!what.empty()) report.at(statement, format("{} cannot run inside a transaction", what));
  }
}

}  // namespace

}  // namespace migration_needs_no_transaction

extern const MigrationRule kMigrationNeedsNoTransaction;
const MigrationRule kMigrationNeedsNoTransaction{
    {"migration/needs-no-transaction", Severity::error, Scope::always,
     "holds a statement that cannot run inside a transaction, in a file that runs in one",
     "The server refuses it with 25001 (PostgreSQL documentation: CREATE INDEX CONCURRENTLY, "
     "VACUUM, CREATE DATABASE, ALTER SYSTEM and others).",
     "Give it a file of its own with -- kairon: no-transaction."},
    migration_needs_no_transaction::check};

}  // namespace kairon::lint
