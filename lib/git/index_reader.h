#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "git/source.h"

namespace kairon::git {

/// Reads an index in place, versions 2 to 4 (gitformat-index(5)), from front to back. What does not fit the format
/// ends the reading; nothing beyond the bytes is touched.
class IndexReader {
 public:
  /// `hash`: the bytes of an object id. The bytes must outlive the reader.
  IndexReader(std::string_view index, std::size_t hash);

  /// Goes to the next entry; false after the last one and where the file is damaged.
  bool next();
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] unsigned mode() const;
  [[nodiscard]] std::string_view id() const { return index_.substr(begin_ + kBeforeId, hash_); }
  [[nodiscard]] int stage() const { return static_cast<int>(flags_ >> 12U & 3U); }
  /// `git add --intent-to-add`: not part of the next commit.
  [[nodiscard]] bool is_intent() const { return (extended_ & 0x2000U) != 0; }

  /// Once next() is false: the content of this extension; nothing when there is none or the file is damaged.
  [[nodiscard]] std::optional<std::string_view> extension(std::string_view name) const;
  /// Once next() is false: true when the file is whole and everything in it was understood. A split or sparse index
  /// is not.
  [[nodiscard]] bool understood() const;

 private:
  static constexpr std::size_t kBeforeId = 40;  // times, device, inode, mode, owner, size
  [[nodiscard]] unsigned long long number(std::size_t at, std::size_t bytes) const;
  bool read_name(std::size_t at);
  bool read_compressed_name(std::size_t at);

  std::string_view index_;
  std::size_t hash_;
  unsigned long long version_ = 0;
  unsigned long long left_ = 0;  ///< entries that are still to come
  std::size_t begin_ = 0;        ///< of the entry
  std::size_t end_ = 0;          ///< of the entry
  unsigned flags_ = 0;
  unsigned extended_ = 0;
  std::string path_;
};

/// Bytes in lower-case hexadecimal, as ids are shown.
[[nodiscard]] std::string hex_of_bytes(std::string_view bytes);

/// One entry of an index that was read in place.
struct IndexEntry {
  Entry entry;
  int stage = 0;  ///< above 0: unmerged
  bool intent = false;
};

/// The entries below `folders` (empty: all). Nothing when the index is not understood: git has to be asked.
[[nodiscard]] std::optional<std::vector<IndexEntry>> read_entries(std::string_view index, std::size_t hash,
                                                                  std::span<const std::string> folders);

}  // namespace kairon::git
