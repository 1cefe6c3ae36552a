#pragma once
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "postgres/connection.h"
#include "smoke/case.h"

namespace kairon::smoke {

/// The rows that belong to one message.
struct Rows {
  long long events = 0;
  long long traces = 0;
  long long projections = 0;
  std::map<std::string, long long> types;  ///< of the projections
};

/// What `after` has more than `before`; less counts negative.
[[nodiscard]] Rows operator-(const Rows& after, const Rows& before);

/// The differences to what a case expects, one line each.
[[nodiscard]] std::vector<std::string> compare(const ExpectedRows& expected, const Rows& delta);

/// The application's database as the assertions see it: each question is one statement in a read-only
/// transaction of its own, which is rolled back. A message's rows are
/// the events that hold its id in any text or JSON column, and the traces and projections that point
/// to them by event_id or trace_id (where there is no such column: that hold the id themselves). So
/// other traffic does not count.
class RowReader {
 public:
  /// Throws Error(environment) when the database cannot be reached.
  explicit RowReader(const std::string& conninfo);

  /// Fails when a table is missing.
  [[nodiscard]] Result<Rows> rows_of(const std::string& id);
  /// Runs a case's question. Fails with what differs, or with what the server said.
  [[nodiscard]] Result<void> check(const SqlCheck& check, const std::string& id);

 private:
  [[nodiscard]] postgres::Reply ask(const std::string& sql, std::span<const postgres::Parameter> parameters);
  [[nodiscard]] std::string condition(const std::string& table);
  [[nodiscard]] bool has_column(const std::string& table, const std::string& column);
  void read_columns();
  postgres::Connection connection_;
  std::map<std::string, std::map<std::string, std::string>> columns_;  ///< table -> column -> type
};

}  // namespace kairon::smoke
