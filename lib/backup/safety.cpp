#include "backup/safety.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/format.h"

namespace kairon::backup {

namespace {

using std::chrono::seconds;

/// Never negative: within the clock's tolerance "from the future" is now.
seconds age_of(std::time_t taken, std::time_t now) { return seconds(std::max<std::time_t>(now - taken, 0)); }

/// Workflows alone bring no database back.
Holding needed_for(const config::Target& target) {
  return target.database.empty() ? Holding::anything : Holding::database;
}

}  // namespace

bool backups_configured(const config::Settings& settings, const std::string& top, const std::string& environment) {
  const std::string directory = backup_directory(settings, top);
  if (directory.empty()) return false;
  return environment == "prod" || !BackupStore(directory, environment).list().empty();
}

std::chrono::seconds max_backup_age(const config::Settings& settings) {
  return std::chrono::duration_cast<seconds>(settings.value(config::kBackupMaxAge));
}

BackupHealth backup_health(const config::Settings& settings, const std::string& top, const std::string& environment,
                           std::time_t now) {
  BackupHealth health;
  health.configured = backups_configured(settings, top, environment);
  if (!health.configured) return health;
  const BackupStore store(backup_directory(settings, top), environment);
  const Holding needed = needed_for(settings.target(environment));
  if (auto newest = store.newest_good(now, needed)) {
    health.newest_good = age_of(newest->taken, now);
    health.shortfall = std::move(newest->shortfall);
  }
  health.last_drill = store.last_drill();
  if (health.last_drill) health.drill_age = age_of(health.last_drill->tested, now);
  health.too_old = !health.newest_good || *health.newest_good > max_backup_age(settings);
  return health;
}

SafetyNet ensure_backup(const BackupRequest& request, std::chrono::seconds young_enough) {
  const std::time_t now = std::time(nullptr);
  const BackupStore store(request.directory, request.target.name);
  if (const auto newest = store.newest_good(now, needed_for(request.target))) {
    const seconds age = age_of(newest->taken, now);
    if (age <= young_enough) return {SafetyNet::Kind::recent, format("backup of {} ago", shown_age(age.count()))};
  }
  try {
    const auto result = take_backup(request);
    if (!result) throw environment_error(another_is_running(request.target.name), "wait until it has ended");
    return {SafetyNet::Kind::taken, format("backup taken in {:.1f} s: {}", result->seconds, result->backup.path)};
  } catch (const Error& error) {
    if (error.code() == ExitCode::interrupted) throw;
    throw Error(ExitCode::blocked,
                format("no backup of {} within {}, and none could be taken: {}", request.target.name,
                       shown_age(young_enough.count()), error.message().text),
                error.message().remedy.empty() ? "kairon backup " + request.target.name : error.message().remedy);
  }
}

}  // namespace kairon::backup
