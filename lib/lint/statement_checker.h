#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "workflow/result_columns.h"

namespace kairon::lint {

/// Whether a statement can be prepared on a schema.
struct StatementVerdict {
  bool ok = true;
  std::string sqlstate;  ///< "42P01"
  std::string message;
  std::size_t position = 0;  ///< 1-based character of the statement, 0 = unknown
};

/// A database with a schema in force, as sql/schema and sql/drift see it. Implemented by
/// trial/schema_checker.h; abstract because rules know no database.
class StatementChecker {
 public:
  virtual ~StatementChecker() = default;
  /// Prepares one statement ($1, $2 ... are parameters) without running it. n8n puts values into the text
  /// on the client, so where only a parameter's type fails (42P18, 42P08, 42804, 42883,
  /// 42725) NULL and then '1' are tried in place of every parameter; one of them is enough.
  /// Throws Error(environment) when the database is lost.
  [[nodiscard]] virtual StatementVerdict prepare(const std::string& sql) = 0;
  /// Returns the columns of what a statement gives; none when it gives nothing or does not prepare. What depends on
  /// the type of a parameter is unknown. Throws as prepare() does.
  [[nodiscard]] virtual std::vector<workflow::ResultColumn> columns(const std::string& sql) = 0;
};

}  // namespace kairon::lint
