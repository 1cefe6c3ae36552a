#pragma once
#include <string>
#include <vector>

#include "deploy/record.h"
#include "n8n/api.h"

namespace kairon::deploy {

struct RollbackReport {
  std::vector<std::string> done;            ///< one line per workflow that was restored or deleted
  std::vector<std::string> problems;        ///< what could not be restored, with the cause
  std::string note;                         ///< the record's: what a rollback of workflows does not touch
  std::vector<std::string> unsettled = {};  ///< writes that were not answered and may still be carried out
  [[nodiscard]] bool ok() const noexcept { return problems.empty() && unsettled.empty(); }
};

/// Whether a write of the deployment may still be under way that nobody waited for: its process was
/// killed.
enum class Inflight { none, possible };

/// Brings the server back to a record's snapshot: deletes what was created, restores nodes,
/// connections, settings and the active flag of what was changed, and verifies it. Workflows that
/// are as they were are not written. Looks a second time after Patience::settle when a write may
/// come late, and during Patience::late for those that were not answered in time: what arrives is
/// undone, what does not is `unsettled`. Can be repeated. Throws Error(environment) when the server cannot be read.
[[nodiscard]] RollbackReport roll_back(n8n::Api& api, const Record& record, Inflight inflight);

}  // namespace kairon::deploy
