#include "install/systemd_units.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/format.h"
#include "base/text.h"

namespace kairon::install {

namespace {

/// One job and what differs between them.
struct Job {
  std::string_view name;
  std::string_view what;       ///< for Description=
  std::string_view arguments;  ///< of kairon; {} is the environment
  std::string_view schedule;   ///< the [Timer] section
  std::string_view cron;
  std::string_view limits;  ///< further lines of [Service]
};

constexpr std::array kJobs = {
    // Longer than the first dump of a large database and the off-site copy (6 h): cut off, it would never be done.
    Job{"backup", "hourly backup of %s", "backup {} --quiet",
        "OnCalendar=hourly\nRandomizedDelaySec=5min\nPersistent=true\n", "17 * * * *",
        "TimeoutStartSec=12h\nNice=10\nIOSchedulingClass=idle\nMemoryDenyWriteExecute=yes\n"},
    // The drill's PostgreSQL may compile queries (jit), so its memory may be written and executed.
    Job{"drill", "weekly restore drill of %s", "drill {} --quiet",
        "OnCalendar=Sun 04:40\nRandomizedDelaySec=10min\nPersistent=true\n", "40 4 * * 0",
        "TimeoutStartSec=6h\nNice=15\nIOSchedulingClass=idle\n"},
    // Exit 1 is a finding that people were told of, not a monitor that failed.
    Job{"monitor", "monitor of %s", "health {} --watch", "OnCalendar=*:0/5\nAccuracySec=30s\n", "*/5 * * * *",
        "TimeoutStartSec=4min\nSuccessExitStatus=1\nMemoryDenyWriteExecute=yes\n"},
};

/// Nothing of the machine but the network, the repository's git dir, the cache and the backups. Without RemoveIPC=:
/// it removes the shared memory of all processes of the job's user, be it a PostgreSQL in production
/// (systemd.exec(5); PostgreSQL docs, "systemd RemoveIPC") or the drill's, when the monitor ends beside it.
constexpr std::string_view kHardening =
    "UMask=0077\n"
    "NoNewPrivileges=yes\n"
    "ProtectSystem=strict\n"
    "ProtectHome=read-only\n"
    "PrivateTmp=yes\n"
    "PrivateDevices=yes\n"
    "ProtectKernelTunables=yes\n"
    "ProtectKernelModules=yes\n"
    "ProtectKernelLogs=yes\n"
    "ProtectControlGroups=yes\n"
    "ProtectClock=yes\n"
    "ProtectHostname=yes\n"
    "ProtectProc=invisible\n"
    "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK\n"
    "RestrictNamespaces=yes\n"
    "RestrictRealtime=yes\n"
    "RestrictSUIDSGID=yes\n"
    "LockPersonality=yes\n"
    "SystemCallArchitectures=native\n"
    "SystemCallFilter=@system-service\n"
    // The fence of a drill's server. By name: @sandbox is not known to each systemd that is in use.
    "SystemCallFilter=landlock_create_ruleset landlock_add_rule landlock_restrict_self seccomp\n"
    "SystemCallErrorNumber=EPERM\n";

/// The drill's server never runs as root: as root it becomes the user postgres, which needs these.
constexpr std::string_view kRootCapabilities = "CAP_SETUID CAP_SETGID CAP_CHOWN CAP_DAC_OVERRIDE CAP_FOWNER CAP_KILL";

void require_plain(std::string_view what, std::string_view text) {
  const bool control =
      std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  if (control || text::contains(text, "\"") || text::contains(text, "\\") || text::contains(text, "'"))
    throw usage_error(format("{} '{}' has a character that a unit file does not allow", what, text::printable(text)),
                      "use a path without quotes, backslashes and line ends");
}

/// % begins a specifier in every unit setting; systemd.unit(5).
std::string escaped(std::string_view text) { return text::replace_all(text, "%", "%%"); }

/// A word of a list or a command line; $ begins a variable in ExecStart=.
std::string in_quotes(std::string_view text) { return format("\"{}\"", escaped(text)); }
std::string command_word(std::string_view text) { return text::replace_all(in_quotes(text), "$", "$$"); }

std::string unit_name(const UnitPlan& plan, const Job& job, std::string_view kind) {
  return format("{}-{}.{}", plan.name, job.name, kind);
}

std::string arguments_of(const Job& job, const UnitPlan& plan) {
  return text::replace_all(job.arguments, "{}", plan.environment);
}

std::string service(const UnitPlan& plan, const Job& job) {
  const std::string what = text::replace_all(job.what, "%s", plan.environment);
  std::string out = unit_mark(plan.repository) + "\n";
  out += format("[Unit]\nDescription=Kairon: {}, {}\n", what, escaped(plan.repository));
  if (plan.scope == UnitScope::system) out += "Wants=network-online.target\nAfter=network-online.target\n";
  out += "\n[Service]\nType=oneshot\n";
  out += format("WorkingDirectory={}\n", escaped(plan.repository));
  out += format("ExecStart={} {}\n", command_word(plan.program), arguments_of(job, plan));
  if (!plan.environment_file.empty()) out += format("EnvironmentFile=-{}\n", escaped(plan.environment_file));
  out += "Environment=NO_COLOR=1\n";
  // A cache of its own: made by systemd, and writable although the rest of the file system is not.
  out += format("CacheDirectory={}\nCacheDirectoryMode=0700\n", plan.scope == UnitScope::system ? plan.name : "kairon");
  if (plan.scope == UnitScope::system) {
    out += format("Environment=XDG_CACHE_HOME=/var/cache/{}\n", plan.name);
    out += format("User={}\n", plan.account);
  }
  const bool root = plan.account == "root";
  if (plan.scope == UnitScope::system || root)
    out += format("CapabilityBoundingSet={}\nAmbientCapabilities=\n", root ? kRootCapabilities : "");
  else
    out += "PrivateUsers=yes\n";  // a user's manager can only close the file system within a namespace
  out += kHardening;
  for (const std::string& path : plan.written_paths) out += format("ReadWritePaths={}\n", in_quotes("-" + path));
  out += job.limits;
  return out;
}

std::string timer(const UnitPlan& plan, const Job& job) {
  return format("{}\n[Unit]\nDescription=Kairon: {}, {}\n\n[Timer]\n{}\n[Install]\nWantedBy=timers.target\n",
                unit_mark(plan.repository), text::replace_all(job.what, "%s", plan.environment),
                escaped(plan.repository), job.schedule);
}

/// A word for cron's shell: in single quotes; % ends a command there; crontab(5).
std::string cron_word(std::string_view text) { return format("'{}'", text::replace_all(text, "%", "\\%")); }

}  // namespace

std::string unit_mark(std::string_view repository) {
  return format("# Written by `kairon ops install` for {}", text::printable(repository));
}

std::vector<UnitFile> unit_files(const UnitPlan& plan) {
  require_plain("the repository", plan.repository);
  require_plain("the program", plan.program);
  require_plain("the file", plan.environment_file);
  for (const std::string& path : plan.written_paths) require_plain("the folder", path);
  std::vector<UnitFile> files;
  for (const Job& job : kJobs) {
    files.push_back({unit_name(plan, job, "service"), service(plan, job)});
    files.push_back({unit_name(plan, job, "timer"), timer(plan, job)});
  }
  return files;
}

std::vector<std::string> timer_names(const UnitPlan& plan) {
  std::vector<std::string> names;
  for (const Job& job : kJobs) names.push_back(unit_name(plan, job, "timer"));
  return names;
}

std::string cron_lines(const UnitPlan& plan) {
  require_plain("the repository", plan.repository);
  require_plain("the program", plan.program);
  std::string out;
  for (const Job& job : kJobs)
    out += format("{} cd {} && {} {}\n", job.cron, cron_word(plan.repository), cron_word(plan.program),
                  arguments_of(job, plan));
  return out;
}

}  // namespace kairon::install
