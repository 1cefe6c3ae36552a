#include "git/index_reader.h"

#include <algorithm>

#include "git/paths.h"

namespace kairon::git {

namespace {

constexpr std::size_t kIndexHeader = 12;
constexpr std::size_t kMark = 8;  // an extension's name and size

}  // namespace

std::string hex_of_bytes(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    out += kDigits[static_cast<unsigned char>(c) >> 4U];
    out += kDigits[static_cast<unsigned char>(c) & 0xFU];
  }
  return out;
}

IndexReader::IndexReader(std::string_view index, std::size_t hash) : index_(index), hash_(hash) {
  if (index.size() < kIndexHeader + hash || !index.starts_with("DIRC")) return;
  version_ = number(4, 4);
  if (version_ < 2 || version_ > 4) return;
  left_ = number(8, 4);
  end_ = kIndexHeader;
}

unsigned long long IndexReader::number(std::size_t at, std::size_t bytes) const {
  unsigned long long value = 0;
  for (std::size_t i = at; i < at + bytes; ++i) value = value << 8U | static_cast<unsigned char>(index_[i]);
  return value;
}

unsigned IndexReader::mode() const { return static_cast<unsigned>(number(begin_ + kBeforeId - 16, 4)); }

bool IndexReader::next() {
  if (left_ == 0 || end_ == 0) return false;
  begin_ = end_;
  end_ = 0;
  std::size_t at = begin_ + kBeforeId + hash_ + 2;
  if (index_.size() < at + 2 + hash_) return false;
  flags_ = static_cast<unsigned>(number(at - 2, 2));
  constexpr unsigned kExtended = 0x4000;
  extended_ = (flags_ & kExtended) != 0 ? static_cast<unsigned>(number(at, 2)) : 0;
  if ((flags_ & kExtended) != 0) at += 2;
  if (version_ == 4 ? !read_compressed_name(at) : !read_name(at)) return false;
  --left_;
  return true;
}

bool IndexReader::read_name(std::size_t at) {
  constexpr std::size_t kLongName = 0xFFF;
  constexpr std::size_t kPadding = 8;
  const std::size_t length = flags_ & kLongName;
  const std::size_t end = length < kLongName ? at + length : index_.find('\0', at);
  if (end >= index_.size() || index_[end] != '\0') return false;
  path_.assign(index_, at, end - at);
  const std::size_t next = begin_ + (end - begin_ + kPadding) / kPadding * kPadding;
  if (next + hash_ > index_.size()) return false;
  end_ = next;
  return true;
}

/// How much of the name before is dropped (varint.c of git), then the rest of the name and NUL.
bool IndexReader::read_compressed_name(std::size_t at) {
  std::size_t dropped = 0;
  for (bool more = true; more; ++at) {
    if (at >= index_.size() || dropped > path_.size()) return false;
    const auto byte = static_cast<unsigned char>(index_[at]);
    more = (byte & 0x80U) != 0;
    dropped = (dropped << 7U) + (byte & 0x7FU) + (more ? 1 : 0);
  }
  const std::size_t end = index_.find('\0', at);
  if (end == std::string_view::npos || dropped > path_.size() || end + 1 + hash_ > index_.size()) return false;
  path_.resize(path_.size() - dropped);
  path_.append(index_, at, end - at);
  end_ = end + 1;
  return true;
}

std::optional<std::string_view> IndexReader::extension(std::string_view name) const {
  if (left_ != 0 || end_ == 0) return std::nullopt;
  const std::size_t end = index_.size() - hash_;
  for (std::size_t at = end_; at + kMark <= end;) {
    const unsigned long long size = number(at + 4, 4);
    if (size > end - at - kMark) return std::nullopt;
    if (index_.substr(at, 4) == name) return index_.substr(at + kMark, size);
    at += kMark + size;
  }
  return std::nullopt;
}

bool IndexReader::understood() const {
  if (left_ != 0 || end_ == 0) return false;
  const std::size_t end = index_.size() - hash_;
  std::size_t at = end_;
  while (at + kMark <= end) {
    const unsigned long long size = number(at + 4, 4);
    // Extensions in capital letters may be passed over; the others change what the entries mean.
    const bool optional = index_[at] >= 'A' && index_[at] <= 'Z';
    if (size > end - at - kMark || !optional) return false;
    at += kMark + size;
  }
  return at == end;
}

std::optional<std::vector<IndexEntry>> read_entries(std::string_view index, std::size_t hash,
                                                    std::span<const std::string> folders) {
  IndexReader reader(index, hash);
  std::vector<IndexEntry> entries;
  while (reader.next()) {
    if (!is_below(reader.path(), folders)) continue;
    entries.push_back({{reader.path(), hex_of_bytes(reader.id()), canonical_mode(reader.mode())},
                       reader.stage(),
                       reader.is_intent()});
  }
  if (!reader.understood()) return std::nullopt;
  return entries;
}

}  // namespace kairon::git
