#pragma once
#include <chrono>
#include <ctime>
#include <optional>
#include <string>

#include "backup/backup.h"
#include "config/settings.h"

namespace kairon::backup {

/// What is known of an environment's backups, for health, doctor and the plan of a deployment.
struct BackupHealth {
  bool configured = false;                            ///< backups_configured()
  std::optional<std::chrono::seconds> newest_good{};  ///< age
  std::optional<DrillRecord> last_drill{};            ///< also one that did not pass
  std::optional<std::chrono::seconds> drill_age{};    ///< age of last_drill
  std::string shortfall{};                            ///< StoredBackup::shortfall of the newest good one
  bool too_old = false;                               ///< configured, and none within `[backup] maxAge`
};

/// True when `[backup] directory` is set and the environment is prod, or was backed up before.
[[nodiscard]] bool backups_configured(const config::Settings& settings, const std::string& top,
                                      const std::string& environment);

/// `top` is the work tree's top, for a relative directory. Throws nothing but Error(usage) for a setting.
[[nodiscard]] BackupHealth backup_health(const config::Settings& settings, const std::string& top,
                                         const std::string& environment, std::time_t now);

/// What there is to fall back on.
struct SafetyNet {
  enum class Kind {
    not_configured,  ///< no backups for this environment: nothing was done
    recent,          ///< the newest good one is young enough
    taken            ///< one was taken now
  };
  Kind kind = Kind::not_configured;
  std::string shown;  ///< "backup of 12 min ago", for people
};

/// Makes sure that a good backup no older than `young_enough` exists before something risky: takes one
/// when there is none. `request` as backup_request() makes it, with its `reason` (that one is kept for
/// `keepDaily` days) and with workflows where the caller can.
/// Throws Error(blocked) when none could be taken; the risky thing must not go on then.
[[nodiscard]] SafetyNet ensure_backup(const BackupRequest& request, std::chrono::seconds young_enough);

/// `[backup] maxAge`, 26 hours by default.
[[nodiscard]] std::chrono::seconds max_backup_age(const config::Settings& settings);

}  // namespace kairon::backup
