#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lint/finding.h"
#include "lint/support/schema_statements.h"
#include "repository/snapshot.h"
#include "trial/base.h"

namespace kairon::check {

/// The states that a database is asked about. All of `now` is judged, also where less is reported.
struct SchemaRequest {
  const repository::Snapshot* now = nullptr;
  /// The state whose schema is in force elsewhere already. Null: nothing drifts.
  const repository::Snapshot* base = nullptr;
  /// As CheckRequest::only: drift counts when its cause or its workflow is among these.
  std::optional<std::set<std::string>> only;
  git::GitSource* source = nullptr;  ///< gives, with `base_commit`, the age of the schema file; may be null
  std::string base_commit;           ///< the commit that `base` is
  std::string top;                   ///< folder that `[backup] directory` is relative to
};

/// The findings of the schema rules, by the workflow's path.
using SchemaFindings = std::map<std::string, std::vector<lint::Finding>>;

/// Returns the static SQL of every workflow of a state.
[[nodiscard]] lint::SchemaStatements schema_statements(const repository::Snapshot& snapshot);

/// Prepares every static SQL statement on a throw-away server, before and after each migration that
/// `base` does not have. Starts no server without a statement. Throws Error(environment) when
/// no server can start, Error(usage) when the state has neither schema nor migrations, Error(blocked)
/// when they do not load.
[[nodiscard]] SchemaFindings check_schema(const SchemaRequest& request, const config::Settings& settings);

/// The database of a state as a throw-away server loads it: its schema file and its migrations, those that the file may
/// not hold by the history up to `commit` ("" = HEAD). Of several histories the first.
[[nodiscard]] trial::Base database_of(const repository::Snapshot& now, git::GitSource& source,
                                      const std::string& commit, const config::Settings& settings);

/// True when the embedded server that settings ask for can be started without initdb. False as well when
/// no PostgreSQL is installed.
[[nodiscard]] bool schema_server_is_cached(const config::Settings& settings);

}  // namespace kairon::check
