#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "git/source.h"

namespace kairon::git {

/// The tree ids that an index keeps of its folders (gitformat-index(5), "Cache tree"). A folder whose entries changed
/// since has none.
class CachedTrees {
 public:
  CachedTrees() = default;
  /// Reads the content of the extension, as far as it is understood.
  CachedTrees(std::string_view extension, std::size_t hash);

  /// Returns the id of a folder's tree as bytes ("" is the top); nothing when there is none.
  [[nodiscard]] std::optional<std::string_view> id(std::string_view folder) const;

 private:
  struct Node {
    std::string_view name;
    std::string_view id;  ///< empty: out of date
    std::size_t end = 0;  ///< after the last node below this one
  };
  /// Appends the node at the begin of `rest`, which is shortened, and those below it.
  [[nodiscard]] bool read(std::string_view& rest, std::size_t hash, int depth);
  std::vector<Node> nodes_;  ///< each one before those below it
};

/// One entry of an index. Path and id point into the index, or into the list.
struct IndexItem {
  std::string_view path;
  std::string_view id = {};  ///< bytes
  unsigned mode = 0;
  int stage = 0;  ///< above 0: unmerged
  bool intent = false;
};

/// An index that was read in place. Of each entry only its place is kept: of a hundred thousand few are looked at.
class IndexList {
 public:
  IndexList() = default;
  /// Nothing when the index is not understood: git has to be asked. The bytes must outlive the list.
  [[nodiscard]] static std::optional<IndexList> read(std::string_view index, std::size_t hash);

  /// Returns the entries below `folders` (empty: all), each once, sorted by path.
  [[nodiscard]] std::vector<IndexItem> below(std::span<const std::string> folders) const;
  [[nodiscard]] const CachedTrees& trees() const { return trees_; }

 private:
  struct Place {
    std::uint32_t entry = 0;  ///< of its fixed part in the index
    std::uint32_t path = 0;   ///< in the index, or in paths_
    std::uint32_t length = 0;
  };
  [[nodiscard]] std::string_view path_of(const Place& place) const;
  [[nodiscard]] IndexItem item_at(const Place& place) const;

  std::string_view index_;
  std::size_t hash_ = 0;
  std::vector<Place> places_;  ///< sorted by path
  std::string paths_;          ///< of an index that does not have them as a whole
  bool paths_in_place_ = true;
  CachedTrees trees_;
};

/// Returns the entry with its id in hexadecimal.
[[nodiscard]] Entry entry_of(const IndexItem& item);

}  // namespace kairon::git
