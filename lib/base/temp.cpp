#include "base/temp.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "base/environment.h"
#include "base/error.h"

namespace kairon {

namespace {

constexpr std::string_view kPrefix = "kairon-";
constexpr std::size_t kRandomSuffix = 7;  ///< "-XXXXXX"

/// "purpose" of `kairon-purpose-123-XXXXXX`; empty when the name is not one of ours.
std::string_view purpose_of(std::string_view name) {
  if (!name.starts_with(kPrefix) || name.size() <= kPrefix.size() + kRandomSuffix) return {};
  name.remove_prefix(kPrefix.size());
  name.remove_suffix(kRandomSuffix);
  const std::size_t dash = name.rfind('-');
  return dash == std::string_view::npos ? std::string_view() : name.substr(0, dash);
}

bool is_gone(int owner) { return ::kill(owner, 0) != 0 && errno == ESRCH; }

enum class Held { yes, no, unknown };

/// Of a folder of ours; of anybody else's it is held.
Held lock_of(const std::string& path) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0 || !S_ISDIR(info.st_mode) || info.st_uid != ::geteuid()) return Held::yes;
  const file::Descriptor lock(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!lock) return Held::yes;
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) == 0) return Held::no;
  return errno == EWOULDBLOCK ? Held::yes : Held::unknown;
}

void clear(const std::filesystem::path& path) {
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
}

}  // namespace

TempFolder::TempFolder(std::string_view purpose, const std::string& parent) {
  const std::string root = parent.empty() ? environment::temp_root() : parent;
  std::string made = root + "/.kairon-XXXXXX";
  const auto cannot = [&] {
    return environment_error("cannot create a folder in " + root + ": " + file::last_error(),
                             "set TMPDIR to a writable folder with room");
  };
  if (::mkdtemp(made.data()) == nullptr) throw cannot();
  // Not a condition: the process id in the name says the same, where file systems cannot lock.
  lock_ = file::Descriptor(::open(made.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (lock_) ::flock(lock_.get(), LOCK_EX | LOCK_NB);
  path_ = root + "/kairon-" + std::string(purpose) + "-" + std::to_string(::getpid()) +
          made.substr(made.size() - kRandomSuffix);
  if (::rename(made.c_str(), path_.c_str()) == 0) return;
  const Error error = cannot();
  clear(made);
  throw error;
}

TempFolder::TempFolder(TempFolder&& other) noexcept : path_(std::move(other.path_)), lock_(std::move(other.lock_)) {
  other.path_.clear();
}

TempFolder::~TempFolder() {
  if (!path_.empty()) clear(path_);
}

void reap_stale(const std::string& parent, std::span<const std::string_view> except) {
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(parent, failed)) {
    const std::string name = entry.path().filename().string();
    const std::string_view purpose = purpose_of(name);
    const int owner = purpose.empty() ? 0 : owner_of_temp_folder(name, purpose);
    if (owner == 0 || owner == ::getpid() || std::find(except.begin(), except.end(), purpose) != except.end()) continue;
    if (is_gone(owner) && lock_of(entry.path().string()) == Held::no) clear(entry.path());
  }
}

void reap_unheld(const std::string& parent, std::string_view purpose) {
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(parent, failed)) {
    const int owner = owner_of_temp_folder(entry.path().filename().string(), purpose);
    if (owner == 0) continue;
    const Held held = lock_of(entry.path().string());
    if (held == Held::no || (held == Held::unknown && is_gone(owner))) clear(entry.path());
  }
}

int owner_of_temp_folder(std::string_view name, std::string_view purpose) {
  const std::string prefix = "kairon-" + std::string(purpose) + "-";
  if (!name.starts_with(prefix)) return 0;
  name.remove_prefix(prefix.size());
  int pid = 0;
  const auto [end, failed] = std::from_chars(name.data(), name.data() + name.size(), pid);
  const bool complete = failed == std::errc() && end != name.data() + name.size() && *end == '-';
  return complete ? pid : 0;
}

}  // namespace kairon
