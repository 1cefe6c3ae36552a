#pragma once
#include <optional>
#include <string>

#include "lint/statement_checker.h"
#include "migrate/base.h"

namespace kairon::migrate {

/// Prepares statements on a throw-away database that holds `base`.
class SchemaChecker : public lint::StatementChecker {
 public:
  /// Throws what load_base and the embedded server throw.
  SchemaChecker(const Base& base, int major);
  [[nodiscard]] lint::StatementVerdict prepare(const std::string& sql) override;
  /// Runs a migration, so that the schema after it can be asked too. Fails with its place and reason.
  [[nodiscard]] Result<void> apply(const migration::File& file);

 private:
  Scratch scratch_;
  std::optional<postgres::Connection> db_;
};

/// The statement with every $n outside of quotes and comments replaced.
[[nodiscard]] std::string with_parameters_as(const std::string& sql, std::string_view value);

}  // namespace kairon::migrate
