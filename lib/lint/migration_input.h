#pragma once
#include <compare>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "migration/file.h"
#include "sql/tree.h"

namespace kairon::lint {

/// The server the SQL is for. "11" is older than "11.0": as with squawk, a bare major version
/// covers its betas too.
struct PgVersion {
  int major = 15;
  std::optional<int> minor;
  friend auto operator<=>(const PgVersion&, const PgVersion&) = default;
};
/// Reads "15", "15.4", "9.6.2"; nothing for an invalid version.
[[nodiscard]] std::optional<PgVersion> parse_pg_version(std::string_view text);

/// Whether the file's statements run in one transaction that somebody else opened.
enum class RunsInTransaction : std::uint8_t {
  automatic,  ///< as our runner does: yes, unless the file says no-transaction or has its own BEGIN
  yes,
  no
};

/// One statement. `node` is the content of its tree (key() = type), absent for a statement whose
/// tree cannot be made. Locations in the tree count from `begin`.
struct MigrationStatement {
  sql::Node node;
  sql::Node wrapper;  ///< {"CreateStmt": {...}}: what `node` is the content of
  std::string_view text;
  std::size_t begin = 0;
  bool wrapped = false;  ///< runs inside a transaction: the runner's, or one the file has opened

  [[nodiscard]] bool is(std::string_view type) const { return node.key() == type; }
  /// Returns the byte of the file where `part` of the tree begins; the statement's begin when it is unknown.
  [[nodiscard]] std::size_t offset(const sql::Node& part) const;
  /// Byte of the file of the first token `word` (lower case) of the statement, else its begin.
  [[nodiscard]] std::size_t offset_of_word(std::string_view word) const;
};

/// One comma-separated action of an ALTER TABLE.
struct AlterAction {
  const MigrationStatement* statement = nullptr;
  sql::Node relation;  ///< RangeVar
  sql::Node command;   ///< AlterTableCmd
  std::size_t offset = 0;

  [[nodiscard]] std::string_view subtype() const { return command["subtype"].string(); }
  [[nodiscard]] bool is(std::string_view type) const { return subtype() == type; }
  [[nodiscard]] sql::Node constraint() const { return command["def"]["Constraint"]; }
};

/// A column definition: of CREATE TABLE, ADD COLUMN or ALTER COLUMN TYPE (which names a type only).
struct ColumnUse {
  const MigrationStatement* statement = nullptr;
  sql::Node relation;
  sql::Node column;                     ///< ColumnDef
  const AlterAction* action = nullptr;  ///< null in CREATE TABLE
};

/// What migration rules see of one file, worked out once for all of them.
class MigrationInput {
 public:
  MigrationInput(const migration::File& file, PgVersion version, RunsInTransaction transaction);
  MigrationInput(const MigrationInput&) = delete;
  MigrationInput& operator=(const MigrationInput&) = delete;

  [[nodiscard]] const migration::File& file() const { return file_; }
  [[nodiscard]] const PgVersion& version() const { return version_; }
  /// Somebody else's transaction is open around the file.
  [[nodiscard]] bool assumes_transaction() const { return assumes_transaction_; }
  [[nodiscard]] const std::vector<MigrationStatement>& statements() const { return statements_; }
  /// Actions of all ALTER TABLE statements (not of ALTER VIEW, ALTER INDEX and the like).
  [[nodiscard]] const std::vector<AlterAction>& actions() const { return actions_; }
  [[nodiscard]] const std::vector<ColumnUse>& columns() const { return columns_; }

  /// squawk's notion of a new table: its bare name occurs in any CREATE TABLE inside a transaction.
  [[nodiscard]] bool is_new_table(const sql::Node& relation) const;
  /// True when the file creates that table anywhere, judged by names.
  [[nodiscard]] bool created_here(const sql::Node& relation) const;
  [[nodiscard]] bool created_here(std::string_view name) const { return created_.contains(name); }

 private:
  void read_statements();
  void read_actions(const MigrationStatement& statement);
  void read_columns();
  void note_new_table(const MigrationStatement& statement);
  const migration::File& file_;
  PgVersion version_;
  bool assumes_transaction_;
  bool open_;
  std::vector<MigrationStatement> statements_;
  std::vector<AlterAction> actions_;
  std::vector<ColumnUse> columns_;
  std::set<std::string, std::less<>> new_tables_;
  std::set<std::string, std::less<>> created_;
};

/// The constraint of that kind ("CONSTR_DEFAULT") among a column's, absent when there is none.
[[nodiscard]] sql::Node column_constraint(const sql::Node& column, std::string_view kind);

/// Last part of a TypeName's name: "int4" for int, "bpchar" for char(3).
[[nodiscard]] std::string_view type_name(const sql::Node& type);

/// Byte of the file at which the first action of an ALTER TABLE begins, RENAME TO and the like included.
[[nodiscard]] std::size_t first_action(const MigrationStatement& statement);

/// Byte of the file at which what an ALTER [COLUMN] name ... does begins: its SET, DROP, TYPE. The action's begin when
/// it is of another kind.
[[nodiscard]] std::size_t option_offset(const AlterAction& action);

/// Kind of a TransactionStmt without its prefix: "BEGIN", "COMMIT", "ROLLBACK_TO"; "" for others.
[[nodiscard]] std::string_view transaction_kind(const MigrationStatement& statement);

/// Schema and name with a dot between, as far as given.
[[nodiscard]] std::string qualified_name(const sql::Node& relation);

}  // namespace kairon::lint
