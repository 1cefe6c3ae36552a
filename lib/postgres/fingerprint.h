#pragma once
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

/// Reads every table once. With `like`, a table that it holds (by name) is fingerprinted over those of
/// its columns that still exist, so that added columns do not count. Throws Error(environment).
[[nodiscard]] DataState take_data(Connection& db, const DataState* like = nullptr);

}  // namespace kairon::postgres
