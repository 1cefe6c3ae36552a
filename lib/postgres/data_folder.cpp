#include "postgres/data_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <set>
#include <thread>

#include "base/environment.h"
#include "base/error.h"
#include "base/format.h"
#include "base/text.h"

namespace kairon::postgres {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPurpose = "pg";
constexpr const char* kMemoryFolder = "/dev/shm";
/// sun_path holds 108 bytes (unix(7)); the server adds "/.s.PGSQL.5432.lock".
constexpr std::size_t kMaxSocketFolder = 80;

bool has_room(const char* folder, unsigned long long bytes) {
  struct statvfs info {};
  return ::access(folder, W_OK | X_OK) == 0 && ::statvfs(folder, &info) == 0 &&
         static_cast<unsigned long long>(info.f_bavail) * info.f_frsize > bytes;
}

std::string parent_for(unsigned long long bytes) {
  return has_room(kMemoryFolder, bytes) ? std::string(kMemoryFolder) : environment::temp_root();
}

void make_owned(const std::string& path, const Account& account) {
  const bool made = ::mkdir(path.c_str(), 0700) == 0;
  if (!made || (account.change && ::chown(path.c_str(), account.uid, account.gid) != 0))
    throw environment_error(format("cannot create {}: {}", path, file::last_error()));
}

/// The server whose data folder this is, 0 when none runs: its first line of postmaster.pid, believed
/// only when that process works in that folder.
pid_t server_in(const std::string& data) {
  const Result<std::string> content = file::read(data + "/postmaster.pid", 4096);
  if (!content.ok()) return 0;
  pid_t pid = 0;
  std::from_chars(content->data(), content->data() + content->size(), pid);
  if (pid <= 1) return 0;
  std::error_code failed;
  const fs::path cwd = fs::read_symlink(format("/proc/{}/cwd", pid), failed);
  return !failed && cwd == fs::path(data) ? pid : 0;
}

void end_server(pid_t pid) {
  ::kill(pid, SIGQUIT);
  for (int round = 0; round < 200 && ::kill(pid, 0) == 0; ++round)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  if (::kill(pid, 0) == 0) ::kill(pid, SIGKILL);
}

bool owner_is_gone(const std::string& folder, int pid) {
  const file::Descriptor lock(::open((folder + "/lock").c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  if (lock) return ::flock(lock.get(), LOCK_EX | LOCK_NB) == 0;
  return ::kill(pid, 0) != 0 && errno == ESRCH;
}

void reap_below(const std::string& parent) {
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(parent, failed)) {
    const int owner = owner_of_temp_folder(entry.path().filename().string(), kPurpose);
    if (owner == 0 || owner == ::getpid()) continue;
    const std::string path = entry.path().string();
    struct stat info {};
    if (::lstat(path.c_str(), &info) != 0 || !S_ISDIR(info.st_mode) || info.st_uid != ::geteuid()) continue;
    if (!owner_is_gone(path, owner)) continue;
    if (const pid_t pid = server_in(path + "/data"); pid != 0) end_server(pid);
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
}

}  // namespace

DataFolder::DataFolder(const Account& account, unsigned long long bytes) : folder_(kPurpose, parent_for(bytes)) {
  // The name comes with the lock on it: a lock that is there and free is one of a dead owner.
  const std::string lock = folder_.path() + "/lock";
  const std::string fresh = lock + ".new";
  lock_ = file::Descriptor(::open(fresh.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!lock_ || ::flock(lock_.get(), LOCK_EX) != 0 || ::rename(fresh.c_str(), lock.c_str()) != 0)
    throw environment_error(format("cannot lock {}: {}", folder_.path(), file::last_error()));
  // The server's user must get through to its own folders; what lies in them stays 0700.
  if (account.change) ::chmod(folder_.path().c_str(), 0711);
  make_owned(data(), account);
  sockets_ = folder_.path() + "/s";
  if (sockets_.size() > kMaxSocketFolder) {
    short_folder_ = std::make_unique<TempFolder>("pgs", "/tmp");
    if (account.change) ::chmod(short_folder_->path().c_str(), 0711);
    sockets_ = short_folder_->path() + "/s";
  }
  make_owned(sockets_, account);
}

void reap_stale_folders() {
  for (const std::string& parent : std::set<std::string>{kMemoryFolder, "/tmp", environment::temp_root()})
    reap_below(parent);
}

}  // namespace kairon::postgres
