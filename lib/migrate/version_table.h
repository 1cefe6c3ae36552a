#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "migrate/table_owner.h"
#include "postgres/connection.h"

namespace kairon::migrate {

/// A row of schema_migrations. What the row does not say is empty.
struct AppliedRow {
  std::string version;
  std::string applied_at;
  std::string checksum;
  std::string description;
  std::string kind;  ///< "up", "baseline", "" for rows of other tools
};

/// How far an interrupted file without a transaction has come.
struct Begun {
  std::string version;
  std::string direction;  ///< "up" or "down"
  long long done = 0;     ///< statements
};

/// The tables of migrations/ in one schema of a database: where schema_migrations already is, else the
/// first schema of the search path. Names are always written in full: a migration may change search_path.
class VersionTable {
 public:
  /// Finds the table; creates nothing. Throws Error(environment).
  explicit VersionTable(postgres::Connection& db);

  [[nodiscard]] bool exists() const { return exists_; }
  /// The other program that schema_migrations belongs to. Then ensure(), rows() and begun() throw Error(usage).
  [[nodiscard]] const std::optional<TableOwner>& foreign() const { return foreign_; }
  /// Creates what is missing, in one transaction; does nothing (and locks nothing) when all is there.
  void ensure();
  /// All rows; empty when there is no table.
  [[nodiscard]] std::vector<AppliedRow> rows();
  /// What runs left unfinished.
  [[nodiscard]] std::vector<Begun> begun();

  /// A name of one of our tables, qualified and quoted.
  [[nodiscard]] std::string name(const std::string& table) const;

  /// What a new row holds.
  struct NewRow {
    std::string version;
    std::string checksum;
    std::string description;
    std::string kind;
    std::chrono::milliseconds duration{0};
  };
  /// Writes row and log entry, in the session's transaction when there is one.
  [[nodiscard]] postgres::Reply record(const NewRow& row);
  [[nodiscard]] postgres::Reply forget(const std::string& version, const std::string& checksum);
  /// Takes a changed file's checksum for good, with the reason in the log.
  void accept(const std::string& version, const std::string& checksum, const std::string& reason);

 private:
  [[nodiscard]] bool complete();
  void refuse_foreign() const;
  [[nodiscard]] postgres::Reply log(const std::string& version, const std::string& action, const std::string& checksum,
                                    const std::string& reason);
  postgres::Connection& db_;
  std::string schema_;  ///< quoted
  bool exists_ = false;
  std::optional<TableOwner> foreign_;
};

}  // namespace kairon::migrate
