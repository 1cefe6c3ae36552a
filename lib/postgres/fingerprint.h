#pragma once
#include <map>
#include <string>
#include <vector>

#include "postgres/connection.h"

namespace kairon::postgres {

/// A table's content: how many rows, and a sum over their hashes that does not depend on their order.
struct TableData {
  std::string oid;
  std::string name;                  ///< "public.t", quoted where needed
  std::vector<std::string> columns;  ///< what the fingerprint covers, sorted
  long long rows = 0;
  std::string fingerprint;
};

/// All ordinary tables (partitions, not their parents), sorted by name.
struct DataState {
  std::vector<TableData> tables;
  [[nodiscard]] const TableData* by_name(std::string_view name) const;
  [[nodiscard]] const TableData* by_oid(std::string_view oid) const;
};

/// Reads the rows of a database again and again, and each table only when somebody may have written to it since. From
/// version 15 on, what the server counts says so; sessions that write have to publish their counters first
/// (pg_stat_force_next_flush), or forget() has to be called. Older servers are read as a whole each time.
class DataReader {
 public:
  /// The connection must outlive the reader and stay with one database.
  explicit DataReader(Connection& db) : db_(db) {}

  /// With `like`, a table that it holds (by name) is fingerprinted over those of its columns that still exist, so that
  /// added columns do not count. Throws Error(environment).
  [[nodiscard]] DataState take(const DataState* like = nullptr);
  /// Reads every table the next time.
  void forget() { known_.clear(); }

 private:
  struct Measured {
    std::string mark;  ///< equal marks mean equal rows
    long long rows = 0;
    std::string fingerprint;
  };
  void measure(std::vector<TableData>& tables, const std::vector<std::string>& marks);

  Connection& db_;
  std::map<std::string, Measured, std::less<>> known_;  ///< by oid
};

/// Reads every table once, as DataReader::take() does.
[[nodiscard]] DataState take_data(Connection& db, const DataState* like = nullptr);

}  // namespace kairon::postgres
