#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace kairon::install {

/// Whose service manager runs the jobs.
enum class UnitScope { system, user };

/// What `kairon ops install` installs, and where it runs.
struct UnitPlan {
  UnitScope scope = UnitScope::system;
  std::string name = "kairon";             ///< first part of the units' names
  std::string environment;                 ///< "prod"
  std::string program;                     ///< absolute path of kairon
  std::string repository;                  ///< absolute path of the work tree (or the bare repository)
  std::string account;                     ///< the user that the jobs run as
  std::string environment_file;            ///< further variables, read when it exists
  std::string backup_folder;               ///< "" when none is set; one of written_paths
  std::vector<std::string> written_paths;  ///< what the jobs write besides the cache: git dir, backups, keyring
};

/// A file to be written below the folder of units.
struct UnitFile {
  std::string name;
  std::string content;
};

/// The jobs: kairon-backup (hourly), kairon-drill (weekly) and kairon-monitor (every 5 minutes), a service
/// and a timer each; systemd.service(5), systemd.timer(5), systemd.exec(5). Throws Error(usage) when a path or
/// a name has a quote, a backslash or a control character.
[[nodiscard]] std::vector<UnitFile> unit_files(const UnitPlan& plan);

/// The names of the timers.
[[nodiscard]] std::vector<std::string> timer_names(const UnitPlan& plan);

/// The same jobs as lines of a crontab; crontab(5).
[[nodiscard]] std::string cron_lines(const UnitPlan& plan);

/// First line of every file of ours, with the repository: what uninstall may remove and install replace.
[[nodiscard]] std::string unit_mark(std::string_view repository);

}  // namespace kairon::install
