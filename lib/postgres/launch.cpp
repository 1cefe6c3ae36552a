#include "postgres/launch.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include "base/environment.h"
#include "base/error.h"
#include "base/format.h"
#include "base/signals.h"
#include "base/text.h"
#include "postgres/conninfo.h"

namespace kairon::postgres {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kStartPatience{60};

/// Nothing here survives a crash and nobody else connects, so durability is off. track_counts must
/// stay on: the trial reads scans from pg_stat_get_xact_*. wal_level logical: CREATE PUBLICATION
/// warns otherwise.
constexpr std::array kSettings = {"listen_addresses=",
                                  "unix_socket_permissions=0700",
                                  "fsync=off",
                                  "full_page_writes=off",
                                  "synchronous_commit=off",
                                  "wal_level=logical",
                                  "max_wal_senders=2",
                                  "shared_buffers=32MB",
                                  "max_connections=30",
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
                                  "lc_messages=C"};

/// A datagram socket that the server tells READY=1.
class ReadySocket {
 public:
  ReadySocket(const std::string& folder, const Account& account) : path_(folder + "/ready") {
    fd_ = file::Descriptor(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path_.c_str(), sizeof address.sun_path - 1);
    const bool bound = fd_ && ::bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    if (!bound) fd_.reset();
    if (bound && account.change && ::chown(path_.c_str(), account.uid, account.gid) != 0) fd_.reset();
  }
  ~ReadySocket() { ::unlink(path_.c_str()); }
  ReadySocket(const ReadySocket&) = delete;
  ReadySocket& operator=(const ReadySocket&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  /// Waits a little for READY=1.
  [[nodiscard]] bool heard(int milliseconds) const {
    pollfd wait{fd_.get(), POLLIN, 0};
    ::poll(&wait, 1, milliseconds);
    std::array<char, 1024> buffer{};
    while (fd_) {
      const ssize_t n = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
      if (n <= 0) return false;
      if (text::contains(std::string_view(buffer.data(), static_cast<std::size_t>(n)), "READY=1")) return true;
    }
    return false;
  }

 private:
  std::string path_;
  file::Descriptor fd_;
};

/// The eighth line of postmaster.pid says "ready" (miscadmin.h, LOCK_FILE_LINE_PM_STATUS).
bool pid_file_ready(const std::string& data) {
  const Result<std::string> content = file::read(data + "/postmaster.pid", 4096);
  if (!content.ok()) return false;
  const std::vector<std::string_view> lines = text::lines(*content);
  return lines.size() >= 8 && text::trim(lines[7]) == "ready";
}

std::string last_words(const std::string& log) {
  const Result<std::string> content = file::read(log);
  if (!content.ok()) return "it said nothing";
  const std::string_view all = text::trim(*content);
  return text::printable(text::replace_all(all.substr(all.size() > 600 ? all.size() - 600 : 0), "\n", "; "));
}

}  // namespace

std::vector<std::string> server_environment() {
  std::vector<std::string> variables = {"LC_ALL=C", "TZ=UTC"};
  for (const char* name : {"PATH", "LD_LIBRARY_PATH"}) {
    if (const auto value = environment::get(name)) variables.push_back(format("{}={}", name, *value));
  }
  return variables;
}

process::Child launch(const Binaries& binaries, const DataFolder& folder, const Account& account) {
  const ReadySocket ready(folder.sockets(), account);
  process::Command command;
  command.argv = {binaries.folder + "/postgres", "-D", folder.data(), "-k", folder.sockets()};
  for (const char* setting : kSettings) {
    command.argv.emplace_back("-c");
    command.argv.emplace_back(setting);
  }
  command.folder = folder.data();
  command.environment = server_environment();
  command.environment->push_back("NOTIFY_SOCKET=" + ready.path());
  command.in_child = become(account);
  Result<process::Child> child = process::Child::start(command, folder.log());
  if (!child.ok()) throw environment_error(format("cannot start PostgreSQL: {}", child.failure().message));
  const Clock::time_point end = Clock::now() + kStartPatience;
  while (!ready.heard(3) && !pid_file_ready(folder.data())) {
    signals::check();
    if (!child->running() || Clock::now() > end)
      throw environment_error(format("PostgreSQL {} did not start: {}", binaries.version, last_words(folder.log())),
                              "kairon doctor looks for the reason; a full /dev/shm or temp folder is the usual one");
  }
  return std::move(*child);
}

std::string socket_conninfo(const DataFolder& folder, const std::string& database) {
  return make_conninfo({{"host", folder.sockets()},
                        {"port", "5432"},
                        {"user", kSuperuser},
                        {"dbname", database},
                        {"sslmode", "disable"},
                        {"gssencmode", "disable"}});
}

}  // namespace kairon::postgres
