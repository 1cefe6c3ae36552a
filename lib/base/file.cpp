#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace kairon::file {

namespace {

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, std::max<std::size_t>(slash, 1));
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    reset();
    fd_ = other.release();
  }
  return *this;
}

int Descriptor::release() noexcept { return std::exchange(fd_, -1); }

void Descriptor::reset() noexcept {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

std::string last_error() { return std::generic_category().message(errno); }

void fill_standard_descriptors() noexcept {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (::fcntl(fd, F_GETFD) != -1) continue;
    // open(2) gives the lowest number that is free, which is this one; it stays open on purpose.
    static_cast<void>(::open("/dev/null", O_RDWR));
  }
}

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

Failure too_large(std::size_t limit) {
  constexpr std::size_t kMiB = std::size_t{1} << 20U;
  const std::string most = limit < kMiB ? std::to_string(limit) + " bytes" : std::to_string(limit / kMiB) + " MiB";
  return {"larger than " + most, "take out what makes it large, e.g. pinned data or an embedded file"};
}

namespace {

Result<std::string> read_open(const Descriptor& fd, const std::string& path, std::size_t limit) {
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) return Failure{path + ": " + last_error()};
  if (!S_ISREG(info.st_mode)) return Failure{path + ": not a regular file"};
  std::string content;
  // One byte more than there is: the read that finds the end needs room, and growing would copy it all.
  content.resize(std::min(static_cast<std::size_t>(info.st_size), limit) + 1);
  std::size_t used = 0;
  for (;;) {
    if (used > limit) {
      Failure failure = too_large(limit);
      failure.text.insert(0, path + ": ");
      return failure;
    }
    if (used == content.size()) content.resize(content.size() + 4096);
    const ssize_t n = ::read(fd.get(), content.data() + used, content.size() - used);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Failure{path + ": " + last_error()};
    if (n == 0) break;
    used += static_cast<std::size_t>(n);
  }
  content.resize(used);
  return content;
}

}  // namespace

Result<std::string> read(const std::string& path, std::size_t limit) {
  const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return Failure{path + ": " + last_error()};
  return read_open(fd, path, limit);
}

Result<std::string> read_below(const std::string& top, const std::string& path, std::size_t limit) {
  Descriptor at(::open(top.empty() ? "." : top.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  for (std::size_t begin = 0; at && begin <= path.size();) {
    const std::size_t slash = std::min(path.find('/', begin), path.size());
    const std::string part = path.substr(begin, slash - begin);
    if (part.empty() || part == "..") return Failure{path + ": not a path below " + top};
    const int how = slash == path.size() ? O_RDONLY | O_NONBLOCK : O_PATH | O_DIRECTORY;
    at = Descriptor(::openat(at.get(), part.c_str(), how | O_NOFOLLOW | O_CLOEXEC));
    if (!at && (errno == ELOOP || errno == ENOTDIR)) return Failure{path + ": a symbolic link, which is not followed"};
    begin = slash + 1;
  }
  if (!at) return Failure{path + ": " + last_error()};
  return read_open(at, path, limit);
}

Result<void> write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t n = ::write(fd, content.data(), content.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Failure{last_error()};
    content.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

Result<void> sync_folder(const std::string& folder) {
  const Descriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd && errno != EACCES) return Failure{folder + ": " + last_error()};
  if (!fd || ::fsync(fd.get()) == 0 || errno == EINVAL || errno == EBADF) return {};
  return Failure{folder + ": " + last_error()};
}

Result<void> write_atomic(const std::string& path, std::string_view content, unsigned mode, Durability durability) {
  // As root the rename would put a plain file in the place of /dev/null.
  struct stat there {};
  if (::lstat(path.c_str(), &there) == 0 &&
      (S_ISCHR(there.st_mode) || S_ISBLK(there.st_mode) || S_ISFIFO(there.st_mode)))
    return Failure{path + ": is a device or pipe, which is not replaced"};
  std::string temporary = path + ".XXXXXX";
  Descriptor fd(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!fd) return Failure{path + ": " + last_error()};
  Result<void> written = write_all(fd.get(), content);
  if (written.ok() && ::fchmod(fd.get(), mode) != 0) written = Failure{last_error()};
  if (written.ok() && durability == Durability::synced && ::fsync(fd.get()) != 0) written = Failure{last_error()};
  fd.reset();
  if (written.ok() && ::rename(temporary.c_str(), path.c_str()) != 0) written = Failure{last_error()};
  if (written.ok()) return durability == Durability::synced ? sync_folder(folder_of(path)) : Result<void>();
  ::unlink(temporary.c_str());
  return Failure{path + ": " + written.failure().text};
}

}  // namespace kairon::file
