#include "postgres/packed.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string_view>

#include "base/error.h"
#include "base/file.h"
#include "base/format.h"

namespace kairon::postgres {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMagic = "kairon data folder 1\n";
constexpr std::size_t kBuffer = std::size_t{1} << 20U;

enum class Kind : char { folder = 'd', file = 'f', end = 'e' };

Error cannot(std::string_view verb, const std::string& path) {
  return environment_error(format("cannot {} {}: {}", verb, path, file::last_error()),
                           "make room there, or set TMPDIR to a folder with room");
}

class Packer {
 public:
  explicit Packer(const std::string& path)
      : path_(path), out_(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) {
    if (!out_) throw cannot("create", path);
    append(kMagic);
  }

  void folder(const std::string& path, const std::string& name) {
    if (!name.empty()) head(Kind::folder, name, 0);
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(path, failed)) {
      const std::string inner = entry.path().string();
      const std::string below =
          name.empty() ? entry.path().filename().string() : format("{}/{}", name, entry.path().filename().string());
      const fs::file_status status = entry.symlink_status(failed);
      if (fs::is_directory(status)) folder(inner, below);
      if (fs::is_regular_file(status)) plain(inner, below);
    }
    if (failed) throw environment_error(format("cannot read {}: {}", path, failed.message()));
  }

  void finish() {
    head(Kind::end, "", 0);
    flush();
  }

 private:
  void plain(const std::string& path, const std::string& name) {
    const Result<std::string> content = file::read(path);
    if (!content.ok()) throw environment_error(format("cannot read {}: {}", path, content.failure().text));
    head(Kind::file, name, content->size());
    append(*content);
  }

  void head(Kind kind, const std::string& name, std::uint64_t size) {
    const auto length = static_cast<std::uint32_t>(name.size());
    buffer_ += static_cast<char>(kind);
    buffer_.append(reinterpret_cast<const char*>(&length), sizeof length);
    buffer_.append(reinterpret_cast<const char*>(&size), sizeof size);
    append(name);
  }

  void append(std::string_view bytes) {
    buffer_ += bytes;
    if (buffer_.size() > kBuffer) flush();
  }

  void flush() {
    if (!file::write_all(out_.get(), buffer_).ok()) throw cannot("write", path_);
    buffer_.clear();
  }

  std::string path_;
  file::Descriptor out_;
  std::string buffer_;
};

/// The packed file in memory.
class Mapped {
 public:
  explicit Mapped(const std::string& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    struct stat info {};
    if (!fd_ || ::fstat(fd_.get(), &info) != 0) throw cannot("read", path);
    size_ = static_cast<std::size_t>(info.st_size);
    data_ = size_ == 0 ? MAP_FAILED : ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd_.get(), 0);
    if (data_ == MAP_FAILED) throw environment_error(format("cannot read {}: it is not whole", path));
  }
  ~Mapped() { ::munmap(data_, size_); }
  Mapped(const Mapped&) = delete;
  Mapped& operator=(const Mapped&) = delete;
  [[nodiscard]] std::string_view bytes() const { return {static_cast<const char*>(data_), size_}; }

 private:
  file::Descriptor fd_;
  void* data_ = MAP_FAILED;
  std::size_t size_ = 0;
};

void make(Kind kind, const std::string& path, std::string_view content, const Account& account) {
  if (kind == Kind::folder) {
    const bool made = ::mkdir(path.c_str(), 0700) == 0;
    if (!made || (account.change && ::chown(path.c_str(), account.uid, account.gid) != 0)) throw cannot("create", path);
    return;
  }
  const file::Descriptor out(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!out || (account.change && ::fchown(out.get(), account.uid, account.gid) != 0) ||
      !file::write_all(out.get(), content).ok())
    throw cannot("write", path);
}

}  // namespace

void pack(const std::string& folder, const std::string& path) {
  Packer packer(path);
  packer.folder(folder, "");
  packer.finish();
}

void unpack(const std::string& path, const std::string& folder, const Account& account) {
  const Mapped mapped(path);
  std::string_view rest = mapped.bytes();
  const auto take = [&](std::size_t count) {
    if (rest.size() < count) throw environment_error(format("cannot read {}: it is not whole", path));
    const std::string_view taken = rest.substr(0, count);
    rest.remove_prefix(count);
    return taken;
  };
  if (take(kMagic.size()) != kMagic) throw environment_error(format("cannot read {}: it is not whole", path));
  for (;;) {
    const auto kind = static_cast<Kind>(take(1).front());
    std::uint32_t length = 0;
    std::uint64_t size = 0;
    std::memcpy(&length, take(sizeof length).data(), sizeof length);
    std::memcpy(&size, take(sizeof size).data(), sizeof size);
    if (kind == Kind::end) return;
    const std::string name(take(length));
    make(kind, format("{}/{}", folder, name), take(size), account);
  }
}

unsigned long long packed_size(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 ? static_cast<unsigned long long>(info.st_size) : 0;
}

}  // namespace kairon::postgres
