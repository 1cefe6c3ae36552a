#include "git/index_reader.h"

#include <algorithm>

namespace kairon::git {

namespace {

constexpr std::size_t kIndexHeader = 12;
constexpr std::size_t kMark = 8;       // an extension's name and size
constexpr std::size_t kBeforeId = 40;  // times, device, inode, mode, owner, size
constexpr unsigned kExtended = 0x4000;

unsigned char byte_at(std::string_view bytes, std::size_t at) { return static_cast<unsigned char>(bytes[at]); }
unsigned number2(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned>(byte_at(bytes, at)) << 8U | byte_at(bytes, at + 1);
}
unsigned number4(std::string_view bytes, std::size_t at) { return number2(bytes, at) << 16U | number2(bytes, at + 2); }

}  // namespace

std::string hex_of_bytes(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out(bytes.size() * 2, '0');
  char* digit = out.data();
  for (const char c : bytes) {
    *digit++ = kDigits[static_cast<unsigned char>(c) >> 4U];
    *digit++ = kDigits[static_cast<unsigned char>(c) & 0xFU];
  }
  return out;
}

EntryHead entry_head(std::string_view index, std::size_t offset, std::size_t hash) {
  const std::size_t id = offset + kBeforeId;
  const unsigned flags = number2(index, id + hash);
  const unsigned extended = (flags & kExtended) != 0 ? number2(index, id + hash + 2) : 0;
  return {index.substr(id, hash), number4(index, id - 16), static_cast<int>(flags >> 12U & 3U),
          (extended & 0x2000U) != 0};
}

IndexReader::IndexReader(std::string_view index, std::size_t hash) : index_(index), hash_(hash) {
  if (index.size() < kIndexHeader + hash || !index.starts_with("DIRC")) return;
  version_ = number4(index_, 4);
  if (version_ < 2 || version_ > 4) return;
  left_ = number4(index_, 8);
  end_ = kIndexHeader;
}

std::size_t IndexReader::most_entries() const {
  return std::min<std::size_t>(left_, index_.size() / (kBeforeId + hash_));
}

bool IndexReader::next() {
  if (left_ == 0 || end_ == 0) return false;
  begin_ = end_;
  end_ = 0;
  std::size_t at = begin_ + kBeforeId + hash_ + 2;
  if (index_.size() < at + 2 + hash_) return false;
  const unsigned flags = number2(index_, at - 2);
  if ((flags & kExtended) != 0) at += 2;
  if (version_ == 4 ? !read_compressed_name(at) : !read_name(at, flags)) return false;
  --left_;
  return true;
}

bool IndexReader::read_name(std::size_t at, unsigned flags) {
  constexpr std::size_t kLongName = 0xFFF;
  constexpr std::size_t kPadding = 8;
  const std::size_t length = flags & kLongName;
  const std::size_t end = length < kLongName ? at + length : index_.find('\0', at);
  if (end >= index_.size() || index_[end] != '\0') return false;
  path_ = index_.substr(at, end - at);
  const std::size_t next = begin_ + (end - begin_ + kPadding) / kPadding * kPadding;
  if (next + hash_ > index_.size()) return false;
  end_ = next;
  return true;
}

/// How much of the name before is dropped (varint.c of git), then the rest of the name and NUL.
bool IndexReader::read_compressed_name(std::size_t at) {
  std::size_t dropped = 0;
  for (bool more = true; more; ++at) {
    if (at >= index_.size() || dropped > whole_.size()) return false;
    const auto byte = static_cast<unsigned char>(index_[at]);
    more = (byte & 0x80U) != 0;
    dropped = (dropped << 7U) + (byte & 0x7FU) + (more ? 1 : 0);
  }
  const std::size_t end = index_.find('\0', at);
  if (end == std::string_view::npos || dropped > whole_.size() || end + 1 + hash_ > index_.size()) return false;
  whole_.resize(whole_.size() - dropped);
  whole_.append(index_, at, end - at);
  path_ = whole_;
  end_ = end + 1;
  return true;
}

std::optional<std::string_view> IndexReader::extension(std::string_view name) const {
  if (left_ != 0 || end_ == 0) return std::nullopt;
  const std::size_t end = index_.size() - hash_;
  for (std::size_t at = end_; at + kMark <= end;) {
    const std::size_t size = number4(index_, at + 4);
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
    const std::size_t size = number4(index_, at + 4);
    // Extensions in capital letters may be passed over; the others change what the entries mean.
    const bool optional = index_[at] >= 'A' && index_[at] <= 'Z';
    if (size > end - at - kMark || !optional) return false;
    at += kMark + size;
  }
  return at == end;
}

}  // namespace kairon::git
