#pragma once
#include <memory>
#include <optional>
#include <string>

#include "lint/statement_checker.h"
#include "trial/base.h"

namespace kairon::trial {

/// Prepares statements on a session that somebody else holds; what they use of a stand-in is made.
class SessionChecker : public lint::StatementChecker {
 public:
  explicit SessionChecker(postgres::Connection& db, StandIn* stand_in = nullptr) : db_(db), stand_in_(stand_in) {}
  [[nodiscard]] lint::StatementVerdict prepare(const std::string& sql) override;
  [[nodiscard]] std::vector<workflow::ResultColumn> columns(const std::string& sql) override;

 private:
  postgres::Connection& db_;
  StandIn* stand_in_;
};

/// Prepares statements on a throw-away database that holds `base`.
class SchemaChecker : public lint::StatementChecker {
 public:
  /// Throws what load_base and the embedded server throw.
  SchemaChecker(const Base& base, int major);
  [[nodiscard]] lint::StatementVerdict prepare(const std::string& sql) override;
  [[nodiscard]] std::vector<workflow::ResultColumn> columns(const std::string& sql) override;
  /// Runs a migration, so that the schema after it can be asked too. Fails with its place and reason.
  [[nodiscard]] Result<void> apply(const migration::File& file);

 private:
  Scratch scratch_;
  std::optional<postgres::Connection> db_;     ///< the plain role's
  std::optional<postgres::Connection> admin_;  ///< on an embedded server
  std::unique_ptr<StandIn> stand_in_;          ///< null: an extension that is missing is an error
};

/// The statement with every $n outside of quotes and comments replaced.
[[nodiscard]] std::string with_parameters_as(const std::string& sql, std::string_view value);

}  // namespace kairon::trial
