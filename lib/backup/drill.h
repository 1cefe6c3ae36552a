#pragma once
#include <functional>
#include <string>
#include <vector>

#include "backup/measure.h"
#include "backup/store.h"
#include "postgres/fence.h"

namespace kairon::backup {

/// What a drill does.
struct DrillRequest {
  std::string identity;       ///< for encrypted backups
  std::vector<Probe> probes;  ///< the user's own; they have to run, their values are told
  postgres::FenceMode fence = postgres::FenceMode::on;
  std::function<void(const std::string&)> say = {};
};

/// What came of it.
struct DrillResult {
  DrillRecord record;
  std::string server;  ///< "15.20"
  std::size_t tables = 0;
  long long rows = 0;
  std::vector<std::string> differences;  ///< against the manifest
  std::vector<std::string> probes;       ///< "orphans: 0"
  std::vector<std::string> failed_probes;
};

/// Restores a backup into a throw-away server of its major version, compares rows and schema with the
/// manifest, runs the probes, and notes date and result in the store. A backup that does not restore is a
/// result, not an exception. Throws Error(environment) when no such server can be had (nothing is noted
/// then), Error(interrupted).
[[nodiscard]] DrillResult run_drill(BackupStore& store, const StoredBackup& backup, const DrillRequest& request);

}  // namespace kairon::backup
