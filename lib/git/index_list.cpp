#include "git/index_list.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "git/index_reader.h"
#include "git/paths.h"

namespace kairon::git {

namespace {

/// Deeper folders are read from their trees.
constexpr int kDeepestListed = 100;

/// Takes a number and the character after it from the begin of `rest`.
std::optional<int> take_number(std::string_view& rest, char after) {
  int number = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
  const auto length = static_cast<std::size_t>(end - rest.data());
  if (error != std::errc() || length == rest.size() || *end != after) return std::nullopt;
  rest.remove_prefix(length + 1);
  return number;
}

}  // namespace

CachedTrees::CachedTrees(std::string_view extension, std::size_t hash) {
  if (!read(extension, hash, 0)) nodes_.clear();
}

/// A name and NUL, "ENTRIES SUBTREES" and a line end, the id unless ENTRIES is -1, then the subtrees.
bool CachedTrees::read(std::string_view& rest, std::size_t hash, int depth) {
  const std::size_t name = rest.find('\0');
  if (name == std::string_view::npos || depth > kDeepestListed) return false;
  const std::size_t index = nodes_.size();
  nodes_.push_back({rest.substr(0, name), {}, 0});
  rest.remove_prefix(name + 1);
  const std::optional<int> entries = take_number(rest, ' ');
  const std::optional<int> subtrees = entries ? take_number(rest, '\n') : std::nullopt;
  if (!subtrees || (*entries >= 0 && rest.size() < hash)) return false;
  if (*entries >= 0) {
    nodes_[index].id = rest.substr(0, hash);
    rest.remove_prefix(hash);
  }
  for (int i = 0; i < *subtrees; ++i)
    if (!read(rest, hash, depth + 1)) return false;
  nodes_[index].end = nodes_.size();
  return true;
}

std::optional<std::string_view> CachedTrees::id(std::string_view folder) const {
  if (nodes_.empty()) return std::nullopt;
  std::size_t at = 0;
  while (!folder.empty()) {
    const std::string_view name = folder.substr(0, folder.find('/'));
    folder.remove_prefix(std::min(folder.size(), name.size() + 1));
    const std::size_t end = nodes_[at].end;
    for (++at; at < end && nodes_[at].name != name;) at = nodes_[at].end;
    if (at >= end) return std::nullopt;
  }
  return nodes_[at].id.empty() ? std::nullopt : std::optional(nodes_[at].id);
}

std::optional<IndexList> IndexList::read(std::string_view index, std::size_t hash) {
  if (index.size() > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  IndexList list;
  list.index_ = index;
  list.hash_ = hash;
  IndexReader reader(index, hash);
  list.paths_in_place_ = reader.path_is_in_place();
  list.places_.reserve(reader.most_entries());
  while (reader.next()) {
    Place place{static_cast<std::uint32_t>(reader.offset()), static_cast<std::uint32_t>(list.paths_.size()),
                static_cast<std::uint32_t>(reader.path().size())};
    if (list.paths_in_place_)
      place.path = static_cast<std::uint32_t>(reader.path().data() - index.data());
    else
      list.paths_ += reader.path();
    // The entries of an unmerged path have one path.
    if (!list.places_.empty() && list.path_of(place) < list.path_of(list.places_.back())) return std::nullopt;
    list.places_.push_back(place);
  }
  if (!reader.understood() || list.paths_.size() > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  if (const auto trees = reader.extension("TREE")) list.trees_ = CachedTrees(*trees, hash);
  return list;
}

std::string_view IndexList::path_of(const Place& place) const {
  return (paths_in_place_ ? index_ : std::string_view(paths_)).substr(place.path, place.length);
}

IndexItem IndexList::item_at(const Place& place) const {
  const EntryHead head = entry_head(index_, place.entry, hash_);
  return {path_of(place), head.id, canonical_mode(head.mode), head.stage, head.intent};
}

std::vector<IndexItem> IndexList::below(std::span<const std::string> folders) const {
  const std::vector<std::string> cleaned = clean_folders(folders);
  using Range = std::pair<std::size_t, std::size_t>;
  std::vector<Range> ranges;
  if (cleaned.empty()) ranges.emplace_back(0, places_.size());
  const auto position = [&](const std::string& path) {
    const auto place_path = [this](const Place& place) { return path_of(place); };
    return static_cast<std::size_t>(std::ranges::lower_bound(places_, std::string_view(path), {}, place_path) -
                                    places_.begin());
  };
  for (const std::string& folder : cleaned) {
    const std::size_t begin = position(folder);
    std::size_t end = begin;
    while (end < places_.size() && path_of(places_[end]) == folder) ++end;
    ranges.emplace_back(begin, end);
    // '0' is the character after '/'.
    ranges.emplace_back(position(folder + "/"), position(folder + "0"));
  }
  std::ranges::sort(ranges);
  std::vector<IndexItem> found;
  std::size_t done = 0;
  for (const auto& [first, end] : ranges) {
    for (std::size_t i = std::max(first, done); i < end; ++i) found.push_back(item_at(places_[i]));
    done = std::max(done, end);
  }
  return found;
}

Entry entry_of(const IndexItem& item) { return {std::string(item.path), hex_of_bytes(item.id), item.mode}; }

}  // namespace kairon::git
