#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace kairon::file {

/// Closes a file descriptor when it goes out of scope; -1 holds nothing.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { reset(); }

  [[nodiscard]] int get() const noexcept { return fd_; }
  explicit operator bool() const noexcept { return fd_ >= 0; }
  int release() noexcept;
  void reset() noexcept;

 private:
  int fd_ = -1;
};

/// Reads a whole regular file; fails with the system's reason, on folders and above `limit` bytes.
[[nodiscard]] Result<std::string> read(const std::string& path, std::size_t limit = std::size_t{1} << 30U);

/// Reads a regular file of a work tree, whose content somebody else wrote: no part of `path` below `top` may be a
/// symbolic link or "..", so that nothing outside is read.
[[nodiscard]] Result<std::string> read_below(const std::string& top, const std::string& path,
                                             std::size_t limit = std::size_t{1} << 30U);

/// What stands in the way of reading more than `limit` bytes.
[[nodiscard]] Failure too_large(std::size_t limit);

/// Whether a file must survive a power cut: `cached` leaves out fsync(2), for what carries its own
/// checksums and may be lost.
enum class Durability { synced, cached };

/// fsync(2) of a folder: names made or changed in it survive a power cut. No failure where the file system cannot
/// do that for folders or this user may not open it (PostgreSQL does the same: src/backend/storage/file/fd.c,
/// fsync_fname_ext).
[[nodiscard]] Result<void> sync_folder(const std::string& folder);

/// Replaces `path` as a whole: temp file next to it, fsync, rename, fsync of the folder. A crash leaves the old or the
/// new content, never a part; once it has returned, the new one. `mode` is the permission bits of a new file.
[[nodiscard]] Result<void> write_atomic(const std::string& path, std::string_view content, unsigned mode = 0644,
                                        Durability durability = Durability::synced);

/// Writes all bytes to a descriptor, retrying after EINTR and short writes.
[[nodiscard]] Result<void> write_all(int fd, std::string_view content);

/// Gives stdin, stdout and stderr that the caller left closed to /dev/null: else the next file that is
/// opened takes the number, and what is printed goes into it.
void fill_standard_descriptors() noexcept;

[[nodiscard]] bool exists(const std::string& path);

/// strerror(3) of the current errno, thread-safe.
[[nodiscard]] std::string last_error();

}  // namespace kairon::file
