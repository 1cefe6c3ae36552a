#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace kairon::git {

/// The fixed part of an index entry.
struct EntryHead {
  std::string_view id;  ///< bytes
  unsigned mode = 0;
  int stage = 0;
  /// `git add --intent-to-add`: not part of the next commit.
  bool intent = false;
};

/// Returns the fixed part at an offset that IndexReader found.
[[nodiscard]] EntryHead entry_head(std::string_view index, std::size_t offset, std::size_t hash);

/// Reads an index in place, versions 2 to 4 (gitformat-index(5)), from front to back. What does not fit the format
/// ends the reading; nothing beyond the bytes is touched.
class IndexReader {
 public:
  /// `hash`: the bytes of an object id. The bytes must outlive the reader.
  IndexReader(std::string_view index, std::size_t hash);

  /// Goes to the next entry; false after the last one and where the file is damaged.
  bool next();
  /// Of the entry, for entry_head().
  [[nodiscard]] std::size_t offset() const { return begin_; }
  /// Valid until the next entry.
  [[nodiscard]] std::string_view path() const { return path_; }
  /// True when the path is a part of the index, so that it is valid as long as that.
  [[nodiscard]] bool path_is_in_place() const { return version_ != 4; }
  /// As many entries as there can be.
  [[nodiscard]] std::size_t most_entries() const;

  /// Once next() is false: the content of this extension; nothing when there is none or the file is damaged.
  [[nodiscard]] std::optional<std::string_view> extension(std::string_view name) const;
  /// Once next() is false: true when the file is whole and everything in it was understood. A split or sparse index
  /// is not.
  [[nodiscard]] bool understood() const;

 private:
  bool read_name(std::size_t at, unsigned flags);
  bool read_compressed_name(std::size_t at);

  std::string_view index_;
  std::size_t hash_;
  unsigned long long version_ = 0;
  unsigned long long left_ = 0;  ///< entries that are still to come
  std::size_t begin_ = 0;        ///< of the entry
  std::size_t end_ = 0;          ///< of the entry
  std::string_view path_;
  std::string whole_;  ///< the path, where it is not written as a whole
};

/// Bytes in lower-case hexadecimal, as ids are shown.
[[nodiscard]] std::string hex_of_bytes(std::string_view bytes);

}  // namespace kairon::git
