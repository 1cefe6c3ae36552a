#pragma once
#include <set>
#include <string>

#include "base/error.h"
#include "config/settings.h"
#include "repository/push_range.h"
#include "repository/snapshot.h"

namespace kairon::gate {

/// Asks the child `kairon check --schema --hook` about SQL against the schema: the hooks link no database.

/// At commit: when a staged path is a migration or the schema, some workflow holds SQL, and the trial
/// server's template is cached, so that it costs a moment. Otherwise one line says why not, or nothing
/// when nobody would have asked. `now` is the index. Never throws for what the child lacks: pre-push
/// asks again.
[[nodiscard]] ExitCode check_schema_at_commit(const std::set<std::string>& staged, const repository::Snapshot& now,
                                              const config::Settings& settings);

/// At push: the tip as a whole, when the push changes workflows, migrations or schema and this content
/// did not pass before.
class PushedSchema {
 public:
  PushedSchema(git::GitSource& source, const repository::PushedRef& pushed, const config::Settings& settings);
  [[nodiscard]] bool wanted() const { return !proof_.empty(); }
  /// Asks the child and remembers that the content passed.
  [[nodiscard]] ExitCode check() const;

 private:
  std::string range_;
  std::string proof_;  ///< the file that says this content passed; "" when there is nothing to ask
};

}  // namespace kairon::gate
