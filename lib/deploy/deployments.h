#pragma once
#include <chrono>
#include <cstddef>
#include <ctime>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace kairon::deploy {

/// One run of `kairon deploy` or `kairon smoke`, as the environment's own database remembers it.
struct DeploymentRow {
  std::string environment;
  std::string commit;  ///< "" = the work tree
  std::string by;
  std::string result;  ///< "deployed", "unchanged", "rolled back", "unsettled", "rollback failed", "interrupted", "not
                       ///< deployed" (migrations ran before); of smoke tests: "smoke passed", "smoke failed"
  std::size_t created = 0;
  std::size_t updated = 0;
  std::size_t unchanged = 0;
  std::size_t removed = 0;
  std::vector<std::string> migrations;  ///< versions that ran before
  std::size_t requests = 0;
  std::chrono::milliseconds duration{0};
  std::string failure;
  std::string workflows;  ///< what it left, as Journal::state(); "" when it left nothing
};

/// Adds a row to kairon_deployments (migrations/003_kairon_deployments.sql), which it creates next to
/// schema_migrations, else in the first schema of the search path. The deployment is over by then:
/// what goes wrong is the caller's to mention, nothing is thrown.
[[nodiscard]] Result<void> record_deployment(const std::string& conninfo, const DeploymentRow& row);

/// A row with its time.
struct PastDeployment {
  std::time_t at = 0;
  DeploymentRow row;  ///< with environment, commit, by, result and failure only
};

/// The newest hundred rows of an environment that changed something or failed, newest first; none when there is no
/// such table. Throws nothing.
[[nodiscard]] Result<std::vector<PastDeployment>> past_deployments(const std::string& conninfo,
                                                                   const std::string& environment);

/// The last result there that says something about what the environment holds now: "deployed", "smoke
/// passed", "smoke failed", "unsettled" or "rollback failed"; "" when no row does. Throws nothing.
[[nodiscard]] Result<std::string> last_result(const std::string& conninfo, const std::string& environment);

/// What the newest completed deployment left there.
struct LastState {
  std::string state;  ///< as Journal::state()
  std::string commit;
  std::string by;
};
/// Nothing when no row tells. Throws nothing.
[[nodiscard]] Result<std::optional<LastState>> last_state(const std::string& conninfo, const std::string& environment);

}  // namespace kairon::deploy
