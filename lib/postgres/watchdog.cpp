#include "postgres/watchdog.h"

#include <pthread.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <map>
#include <mutex>
#include <set>
#include <vector>

#include "base/file.h"
#include "base/format.h"
#include "base/proc_stat.h"
#include "base/text.h"
#include "postgres/conninfo.h"

namespace kairon::postgres {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kPause{50};
constexpr unsigned long long kMebibyte = 1ULL << 20U;
/// PostgreSQL's buffers appear in each process that has touched them.
constexpr unsigned long long kBuffers = 128 * kMebibyte;
constexpr unsigned long long kBlock = 512;  ///< unit of st_blocks (stat(2))

std::mutex g_mutex;
std::map<std::string, std::string> g_reasons;  ///< by the folder of the socket
std::set<pid_t> g_servers;                     ///< those under a watchdog
int g_subreapers = 0;

bool is_server(pid_t pid) {
  const std::scoped_lock lock(g_mutex);
  return g_servers.contains(pid);
}

std::vector<pid_t> all_processes() {
  std::vector<pid_t> pids;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator("/proc", failed)) {
    const std::string name = entry.path().filename().string();
    pid_t pid = 0;
    const auto [end, bad] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (bad == std::errc() && end == name.data() + name.size()) pids.push_back(pid);
  }
  return pids;
}

pid_t parent_of(pid_t pid) {
  const std::string field = proc_stat_field(pid, 4);
  pid_t parent = 0;
  std::from_chars(field.data(), field.data() + field.size(), parent);
  return parent;
}

/// A number of /proc/PID/status or /proc/meminfo, 0 when it is not there.
unsigned long long number_in(const std::string& path, std::string_view name) {
  const Result<std::string> content = file::read(path, 65536);
  if (!content.ok()) return 0;
  for (const std::string_view line : text::lines(*content)) {
    if (!line.starts_with(name) || line.substr(name.size(), 1) != ":") continue;
    const std::string_view value = text::trim(line.substr(name.size() + 1));
    unsigned long long number = 0;
    std::from_chars(value.data(), value.data() + value.size(), number);
    return number;
  }
  return 0;
}

unsigned long long filters_of(const std::string& process) {
  return number_in(kairon::format("/proc/{}/status", process), "Seccomp_filters");
}

/// The server, its children, and what has left it and became a child of ours.
std::vector<pid_t> processes_of(pid_t server) {
  std::vector<pid_t> found = {server};
  const unsigned long long ours = filters_of("self");
  for (const pid_t pid : all_processes()) {
    const pid_t parent = parent_of(pid);
    if (parent == server) found.push_back(pid);
    if (parent == ::getpid() && !is_server(pid) && filters_of(std::to_string(pid)) > ours) found.push_back(pid);
  }
  return found;
}

unsigned long long memory_of(const std::vector<pid_t>& pids) {
  unsigned long long sum = 0;
  for (const pid_t pid : pids) {
    const std::string status = kairon::format("/proc/{}/status", pid);
    const unsigned long long shared = number_in(status, "RssShmem") * 1024;
    sum += number_in(status, "RssAnon") * 1024 + (shared > kBuffers ? shared - kBuffers : 0);
  }
  return sum;
}

/// Files without a name that a process holds open.
unsigned long long nameless_bytes(const std::vector<pid_t>& pids) {
  std::set<ino_t> seen;
  unsigned long long sum = 0;
  for (const pid_t pid : pids) {
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(kairon::format("/proc/{}/fd", pid), failed)) {
      struct stat info {};
      const bool nameless = ::stat(entry.path().c_str(), &info) == 0 && S_ISREG(info.st_mode) && info.st_nlink == 0;
      if (nameless && seen.insert(info.st_ino).second) sum += static_cast<unsigned long long>(info.st_blocks) * kBlock;
    }
  }
  return sum;
}

unsigned long long bytes_below(const std::string& folder) {
  unsigned long long sum = 0;
  std::error_code failed;
  fs::recursive_directory_iterator entry(folder, failed);
  while (!failed && entry != fs::recursive_directory_iterator()) {
    struct stat info {};
    if (::lstat(entry->path().c_str(), &info) == 0) sum += static_cast<unsigned long long>(info.st_blocks) * kBlock;
    entry.increment(failed);
  }
  return sum;
}

unsigned long long free_disk(const std::string& folder) {
  struct statvfs info {};
  return ::statvfs(folder.c_str(), &info) == 0 ? static_cast<unsigned long long>(info.f_bavail) * info.f_frsize : 0;
}

unsigned long long free_memory() { return number_in("/proc/meminfo", "MemAvailable") * 1024; }

/// True when more than a quarter of `budget` has gone since `before`: only then is it worth to look who has it.
bool has_fallen(unsigned long long before, unsigned long long now, unsigned long long budget) {
  return now + budget / 4 < before;
}

}  // namespace

Watchdog::Watchdog(pid_t server, std::string folder, std::string sockets, const Budget& budget)
    : server_(server), folder_(std::move(folder)), sockets_(std::move(sockets)), budget_(budget) {
  {
    const std::scoped_lock lock(g_mutex);
    g_servers.insert(server_);
  }
  // Signals are the main thread's: only its waits end early.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { watch(); });
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Watchdog::~Watchdog() {
  done_ = true;
  thread_.join();
  const std::scoped_lock lock(g_mutex);
  g_servers.erase(server_);
  g_reasons.erase(sockets_);
}

std::string Watchdog::excess() const {
  const std::vector<pid_t> pids = processes_of(server_);
  if (bytes_below(folder_) + nameless_bytes(pids) > budget_.disk)
    return kairon::format("the SQL needs more than {} MiB of disk", budget_.disk / kMebibyte);
  if (memory_of(pids) > budget_.memory)
    return kairon::format("the SQL needs more than {} MiB of memory", budget_.memory / kMebibyte);
  return {};
}

void Watchdog::watch() {
  const unsigned long long disk = free_disk(folder_);
  const unsigned long long memory = free_memory();
  while (!done_) {
    std::this_thread::sleep_for(kPause);
    if (!has_fallen(disk, free_disk(folder_), budget_.disk) && !has_fallen(memory, free_memory(), budget_.memory))
      continue;
    const std::string why = excess();
    if (why.empty()) continue;
    {
      const std::scoped_lock lock(g_mutex);
      g_reasons[sockets_] = why;
    }
    for (const pid_t pid : processes_of(server_)) ::kill(pid, SIGKILL);
    return;
  }
}

std::optional<std::string> reason_of_end(const std::string& conninfo) {
  const auto keywords = parse_conninfo(conninfo);
  if (!keywords) return std::nullopt;
  const auto host = keywords->find("host");
  if (host == keywords->end()) return std::nullopt;
  const std::scoped_lock lock(g_mutex);
  const auto found = g_reasons.find(host->second);
  return found == g_reasons.end() ? std::nullopt : std::optional(found->second);
}

Subreaper::Subreaper() {
  if (g_subreapers++ == 0) ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

Subreaper::~Subreaper() {
  if (--g_subreapers == 0) ::prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0);
}

void Subreaper::end_leftovers() {
  constexpr int kGenerations = 1000;
  const unsigned long long ours = filters_of("self");
  for (int round = 0; round < kGenerations; ++round) {
    bool any = false;
    for (const pid_t pid : all_processes()) {
      if (parent_of(pid) != ::getpid() || is_server(pid)) continue;
      if (filters_of(std::to_string(pid)) <= ours) continue;
      ::kill(pid, SIGKILL);
      ::waitpid(pid, nullptr, 0);
      any = true;
    }
    if (!any) return;
  }
}

}  // namespace kairon::postgres
