#pragma once
#include <ctime>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "backup/encryption.h"
#include "backup/store.h"
#include "config/settings.h"

namespace kairon::backup {

/// Adds the workflows of an environment to a backup under way: writes a file into `folder` (through a
/// SealedFile) and says what it is. The floor that knows n8n brings it.
using SaveWorkflows = std::function<WorkflowsRecord(const std::string& folder, const Recipient& recipient)>;

/// What to back up.
struct BackupRequest {
  config::Target target;
  std::string directory;  ///< absolute; backup_directory()
  Retention retention;
  std::string encrypt_to;
  std::string offsite_command;
  std::string reason;            ///< why it is taken, when it is not routine: it is kept longer then
  std::string tool;              ///< "kairon 0.1"
  SaveWorkflows workflows = {};  ///< empty: only the database
  std::function<void(const std::string&)> say = {};
};

/// What became of it. A backup that was taken is there even when a later step failed: `failures` names
/// those (n8n not reached, off-site copy failed), and the run as a whole did not pass.
struct BackupResult {
  StoredBackup backup;
  std::vector<std::string> deleted;  ///< stamps
  std::size_t kept = 0;
  bool offsite_done = false;
  std::vector<std::string> failures;
  double seconds = 0;
};

/// The request that settings make for an environment. Throws Error(usage) when no backup folder is set or the
/// environment has nothing to back up, naming the settings.
[[nodiscard]] BackupRequest backup_request(const config::Settings& settings, const std::string& top,
                                           const std::string& environment);

/// Takes a backup: dump, workflows, manifest, sums; durable and under its name before anything old goes; then
/// off-site copy and rotation. Nothing when another backup or restore of that environment is at it. Throws
/// Error(environment) when nothing could be taken (what was there before is untouched).
[[nodiscard]] std::optional<BackupResult> take_backup(const BackupRequest& request);
/// What to say then.
[[nodiscard]] std::string another_is_running(const std::string& environment);

/// The stamps that the rotation would delete now, oldest last.
[[nodiscard]] std::vector<StoredBackup> doomed_backups(const BackupStore& store, const Retention& retention,
                                                       std::time_t now);

/// Splits a command at blanks; quotes group, nothing is expanded. Throws Error(usage) for an open quote.
[[nodiscard]] std::vector<std::string> split_command(const std::string& command);

}  // namespace kairon::backup
