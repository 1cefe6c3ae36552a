#pragma once
#include <memory>
#include <string>
#include <vector>

#include "backup/backup.h"
#include "base/error.h"
#include "base/options.h"
#include "config/settings.h"
#include "git/source.h"

namespace kairon::backup {

/// Where backup, restore and drill run: a repository, or (source null) any folder with settings from the
/// environment.
struct BackupPlace {
  std::unique_ptr<git::GitSource> source;
  config::Settings settings;
  std::string top;
};
[[nodiscard]] BackupPlace find_backup_place();

/// `word`, else prod when it has anything to back up, else the only environment that has. Throws
/// Error(usage) naming the choices.
[[nodiscard]] std::string backup_environment(const config::Settings& settings, const std::string& word);

/// The store of an environment; Error(usage) when no folder is set.
[[nodiscard]] BackupStore backup_store(const BackupPlace& place, const std::string& environment);

/// Writes `n8n.json`: workflows as the server has them, tags, and type and name of every credential that
/// they use (never its data).
[[nodiscard]] SaveWorkflows workflow_saver(const config::Target& target);

/// backup_request() with workflows and our version.
[[nodiscard]] BackupRequest full_backup_request(const BackupPlace& place, const std::string& environment);

/// "12.3 MB, 45 tables, 1234 rows, 22 workflows, 3 tags".
[[nodiscard]] std::string backup_contents(const Manifest& manifest);

/// `kairon backup list` and `kairon restore list`; blocked when one of them is damaged.
ExitCode list_backups(const Options& options, const std::string& word);

}  // namespace kairon::backup
