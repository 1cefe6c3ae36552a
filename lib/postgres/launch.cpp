#include "postgres/launch.h"

#include <fcntl.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <thread>

#include "base/child_log.h"
#include "base/environment.h"
#include "base/error.h"
#include "base/format.h"
#include "base/signals.h"
#include "base/text.h"
#include "postgres/conninfo.h"
#include "postgres/fence.h"
#include "postgres/fence_check.h"
#include "postgres/installation.h"

namespace kairon::postgres {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kStartPatience{60};

/// Nothing here survives a crash and nobody else connects, so durability is off. track_counts must
/// stay on: the trial reads scans from pg_stat_get_xact_*. wal_level logical: CREATE PUBLICATION
/// warns otherwise. ALTER SYSTEM and postgresql.auto.conf cannot override the command line: nothing may be
/// preloaded or archived, and shared memory lies in the data folder, because /dev/shm is outside the fence. As many
/// locks as a server has by default, with its 100 connections: a migration that makes thousands of tables needs them.
constexpr std::array kSettings = {"listen_addresses=",
                                  "unix_socket_permissions=0700",
                                  "fsync=off",
                                  "full_page_writes=off",
                                  "synchronous_commit=off",
                                  "wal_level=logical",
                                  "max_wal_senders=2",
                                  "shared_buffers=32MB",
                                  "max_connections=30",
                                  "max_locks_per_transaction=214",
                                  "autovacuum=off",
                                  "track_counts=on",
                                  "jit=off",
                                  "max_parallel_workers_per_gather=0",
                                  "max_parallel_maintenance_workers=0",
                                  "checkpoint_timeout=1d",
                                  "max_prepared_transactions=4",
                                  "logging_collector=off",
                                  "log_destination=stderr",
                                  "log_min_messages=fatal",
                                  "TimeZone=UTC",
                                  "lc_messages=C",
                                  "dynamic_shared_memory_type=mmap",
                                  "huge_pages=off",
                                  "archive_mode=off",
                                  "archive_command=",
                                  "restore_command=",
                                  "max_worker_processes=4",
                                  "shared_preload_libraries=",
                                  "session_preload_libraries=",
                                  "local_preload_libraries=",
                                  "ssl=off"};

/// PostgreSQL 14 and older send statistics to themselves by UDP.
constexpr int kOldestFenced = 15;
constexpr int kFirstWithIoMethod = 18;

/// The eighth line of postmaster.pid says "ready" (miscadmin.h, LOCK_FILE_LINE_PM_STATUS).
bool pid_file_ready(const std::string& data) {
  const Result<std::string> content = file::read(data + "/postmaster.pid", 4096);
  if (!content.ok()) return false;
  const std::vector<std::string_view> lines = text::lines(*content);
  return lines.size() >= 8 && text::trim(lines[7]) == "ready";
}

}  // namespace

std::vector<std::string> server_environment(const Installation& installation) {
  std::vector<std::string> variables = {"LC_ALL=C", "TZ=UTC", "PATH=/usr/bin:/bin"};
  const std::string path = environment::get("LD_LIBRARY_PATH").value_or("");
  for (const std::string_view folder : text::split(path, ':')) {
    std::error_code failed;
    const std::filesystem::path real = std::filesystem::canonical(std::string(folder), failed);
    if (!failed && !installation.libraries.empty() && real == installation.libraries)
      variables.push_back("LD_LIBRARY_PATH=" + installation.libraries);
  }
  return variables;
}

namespace {

std::vector<PathRule> reachable(const Installation& installation, const DataFolder& folder,
                                const std::string& program) {
  std::vector<PathRule> rules = readable(installation, program);
  rules.push_back({folder.data(), PathUse::own});
  rules.push_back({folder.sockets(), PathUse::sockets});
  return rules;
}

process::Command server_command(const Binaries& binaries, const DataFolder& folder,
                                const std::vector<std::string>& settings) {
  process::Command command;
  command.argv = {binaries.folder + "/postgres", "-D", folder.data(), "-k", folder.sockets()};
  const auto set = [&](std::string_view setting) {
    command.argv.emplace_back("-c");
    command.argv.emplace_back(setting);
  };
  for (const char* setting : kSettings) set(setting);
  for (const std::string& setting : settings) set(setting);
  if (binaries.major >= kFirstWithIoMethod) set("io_method=worker");
  command.folder = folder.data();
  return command;
}

/// The kernel ends this server first when memory runs out. Done from here: a child of a process whose memory is private
/// may not write that file before its exec. Where /proc is read-only, nothing depends on it.
void offer_to_the_kernel(pid_t server) {
  const file::Descriptor score(
      ::open(kairon::format("/proc/{}/oom_score_adj", server).c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW));
  if (score) static_cast<void>(file::write_all(score.get(), "1000").ok());
}

void wait_until_ready(process::Child& child, const Binaries& binaries, const DataFolder& folder) {
  const Clock::time_point end = Clock::now() + kStartPatience;
  while (!pid_file_ready(folder.data())) {
    signals::check();
    if (!child.running() || Clock::now() > end)
      throw environment_error(
          kairon::format("PostgreSQL {} did not start: {}", binaries.version, cause_in_log_file(folder.log())),
          "see `kairon doctor`; a full /dev/shm or temp folder is the usual reason");
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

}  // namespace

process::Child launch(const Binaries& binaries, const DataFolder& folder, const Account& account, FenceMode mode,
                      const std::vector<std::string>& settings) {
  const Installation installation = installation_of(binaries);
  process::Command command = server_command(binaries, folder, settings);
  command.environment = server_environment(installation);
  std::optional<Fence> fence;
  if (mode == FenceMode::on) {
    if (binaries.major < kOldestFenced)
      throw environment_error(
          kairon::format("PostgreSQL {} cannot run inside the fence: its statistics need UDP", binaries.version),
          kairon::format("install PostgreSQL {} or newer: sudo apt-get install -y postgresql", kOldestFenced));
    require_fence();
    fence.emplace(FenceRequest{command.argv, *command.environment,
                               reachable(installation, folder, command.argv.front()), account});
    command.in_child = [&fence] { fence->enter(); };
  } else {
    command.in_child = become(account);
  }
  Result<process::Child> child = process::Child::start(command, folder.log());
  if (!child.ok()) throw environment_error(kairon::format("cannot start PostgreSQL: {}", child.failure().text));
  if (fence) {
    if (const auto failure = fence->failure()) throw fence_error(*failure);
    offer_to_the_kernel(child->pid());
  }
  wait_until_ready(*child, binaries, folder);
  return std::move(*child);
}

std::string socket_conninfo(const DataFolder& folder, const std::string& database) {
  return make_conninfo({{"host", folder.sockets()},
                        {"port", "5432"},
                        {"user", kSuperuser},
                        // A server that asks for a password gets neither PGPASSWORD nor one of ~/.pgpass.
                        {"password", "none"},
                        {"dbname", database},
                        {"sslmode", "disable"},
                        {"gssencmode", "disable"}});
}

}  // namespace kairon::postgres
