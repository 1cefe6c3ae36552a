#include "git/index_header.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include "base/environment.h"
#include "base/file.h"
#include "base/format.h"
#include "base/hash.h"
#include "git/index_list.h"
#include "git/index_reader.h"

namespace kairon::git {

namespace {

constexpr std::size_t kHeader = 12;
constexpr std::size_t kSha1 = 20;
constexpr std::size_t kSha256 = 32;
/// Above this the checksum costs more than everything else: a hundred thousand files make 11 MB.
constexpr off_t kLargeIndex = off_t{2} << 20U;

bool is_all_zero(std::string_view bytes) { return bytes.find_first_not_of('\0') == std::string_view::npos; }

bool ends_with_its_hash(std::string_view index, std::size_t length, std::string (*hash)(std::string_view)) {
  if (index.size() < kHeader + length) return false;
  const std::string_view content = index.substr(0, index.size() - length);
  const std::string_view sum = index.substr(content.size());
  return is_all_zero(sum) || hex_of_bytes(sum) == hash(content);
}

}  // namespace

std::string index_path(const std::string& git_dir) {
  return environment::get("GIT_INDEX_FILE").value_or(git_dir + "/index");
}

std::string index_stamp(const std::string& path) {
  const file::Descriptor index(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat info {};
  std::array<char, kSha1> sum{};
  if (!index || ::fstat(index.get(), &info) != 0 || info.st_size < static_cast<off_t>(kHeader + sum.size()) ||
      ::pread(index.get(), sum.data(), sum.size(), info.st_size - static_cast<off_t>(sum.size())) !=
          static_cast<ssize_t>(sum.size()))
    return {};
  const std::string_view bytes(sum.data(), sum.size());
  std::string stamp = std::to_string(info.st_size) + " " + hex_of_bytes(bytes);
  // With index.skipHash the checksum is zero: inode and time identify the file.
  if (is_all_zero(bytes)) stamp += format(" {} {}.{}", info.st_ino, info.st_mtim.tv_sec, info.st_mtim.tv_nsec);
  return stamp;
}

std::optional<std::string> index_tree(const std::string& path, std::size_t digits) {
  const Result<std::string> bytes = file::read(path);
  if (!bytes.ok()) return std::nullopt;
  const std::optional<IndexList> index = IndexList::read(*bytes, digits / 2);
  const auto tree = index ? index->trees().id("") : std::nullopt;
  return tree ? std::optional(hex_of_bytes(*tree)) : std::nullopt;
}

Result<IndexBytes> IndexBytes::map(const std::string& path, Checksum wanted) {
  const file::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat info {};
  if (!file || ::fstat(file.get(), &info) != 0) return Failure{path + ": " + file::last_error()};
  if (!S_ISREG(info.st_mode) || info.st_size < static_cast<off_t>(kHeader + kSha1))
    return Failure{path + " is not an index file"};
  IndexBytes bytes;
  bytes.size_ = static_cast<std::size_t>(info.st_size);
  void* address = ::mmap(nullptr, bytes.size_, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file.get(), 0);
  if (address == MAP_FAILED) return Failure{path + ": " + file::last_error()};  // NOLINT: a cast inside the macro
  bytes.address_ = address;
  const std::string_view index = bytes.view();
  if (!index.starts_with("DIRC")) return Failure{path + " is not an index file"};
  // Of a large one git commits what it reads without comparing either (read-cache.c, verify_hdr); who reads it here
  // finds every cut by the format.
  if (wanted == Checksum::of_usual_size && info.st_size > kLargeIndex) return bytes;
  if (ends_with_its_hash(index, kSha1, hash::sha1) || ends_with_its_hash(index, kSha256, hash::sha256)) return bytes;
  return Failure{path + " is damaged: its checksum does not match its content"};
}

IndexBytes& IndexBytes::operator=(IndexBytes&& other) noexcept {
  std::swap(address_, other.address_);
  std::swap(size_, other.size_);
  return *this;
}

IndexBytes::~IndexBytes() {
  if (address_ != nullptr) ::munmap(address_, size_);
}

Result<void> verify_index(const std::string& path) {
  if (::access(path.c_str(), F_OK) != 0) return {};
  const Result<IndexBytes> index = IndexBytes::map(path);
  if (!index.ok()) return index.failure();
  return {};
}

}  // namespace kairon::git
