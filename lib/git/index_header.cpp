#include "git/index_header.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>

#include "base/file.h"
#include "base/hash.h"

namespace kairon::git {

namespace {

constexpr std::size_t kHeader = 12;
constexpr std::size_t kSha1 = 20;
constexpr std::size_t kSha256 = 32;

std::string hex_of_bytes(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) out += hash::hex(static_cast<unsigned char>(c)).substr(14);
  return out;
}

bool is_all_zero(std::string_view bytes) { return bytes.find_first_not_of('\0') == std::string_view::npos; }

bool ends_with_its_hash(std::string_view index, std::size_t length, std::string (*hash)(std::string_view)) {
  if (index.size() < kHeader + length) return false;
  const std::string_view content = index.substr(0, index.size() - length);
  const std::string_view sum = index.substr(content.size());
  return is_all_zero(sum) || hex_of_bytes(sum) == hash(content);
}

}  // namespace

std::optional<unsigned> index_entry_count(const std::string& path) {
  const file::Descriptor index(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::array<unsigned char, 12> header{};
  if (!index || ::read(index.get(), header.data(), header.size()) != static_cast<ssize_t>(header.size())) {
    return std::nullopt;
  }
  if (header[0] != 'D' || header[1] != 'I' || header[2] != 'R' || header[3] != 'C') return std::nullopt;
  unsigned count = 0;
  for (std::size_t i = 8; i < header.size(); ++i) count = count << 8U | header[i];
  return count;
}

Result<void> verify_index(const std::string& path) {
  if (::access(path.c_str(), F_OK) != 0) return {};
  const Result<std::string> index = file::read(path);
  if (!index.ok()) return index.failure();
  if (index->size() < kHeader + kSha1 || !index->starts_with("DIRC")) return Failure{path + " is no index file"};
  if (ends_with_its_hash(*index, kSha1, hash::sha1) || ends_with_its_hash(*index, kSha256, hash::sha256)) return {};
  return Failure{path + " is damaged: its checksum does not match its content"};
}

}  // namespace kairon::git
