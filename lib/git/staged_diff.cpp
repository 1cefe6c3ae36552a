#include "git/staged_diff.h"

#include <algorithm>

#include "git/index_reader.h"
#include "git/tree_walk.h"

namespace kairon::git {

namespace {

/// The bytes of an id.
std::string_view bytes_of(const git_oid& id) {
  return {reinterpret_cast<const char*>(static_cast<const unsigned char*>(id.id)), GIT_OID_RAWSZ};  // NOLINT: as bytes
}

ChangeKind kind_of(unsigned before, unsigned after) {
  constexpr unsigned kType = 0170000;
  return (before & kType) == (after & kType) ? ChangeKind::modified : ChangeKind::type_changed;
}

/// Goes through a tree and an index side by side; both are in the order of paths.
class Merge {
 public:
  Merge(const IndexList& index, std::span<const std::string> folders) : index_(index), items_(index.below(folders)) {
    pass_intents();
  }

  void file(std::string_view path, unsigned mode, std::string_view id) {
    in_order_ = in_order_ && last_ < path;
    last_ = path;
    add_before(path);
    const IndexItem* item = current();
    if (item == nullptr || item->path != path) return add(ChangeKind::deleted, {path, id, mode}, {path});
    if (item->stage > 0) return add_unmerged();
    if (item->id != id || item->mode != mode) add(kind_of(mode, item->mode), {path, id, mode}, *item);
    advance();
  }

  bool skip(std::string_view folder, std::string_view id) {
    if (index_.trees().id(folder) != id) return false;
    const std::string inside = std::string(folder) + "/";
    add_before(inside);
    while (current() != nullptr && current()->path.starts_with(inside)) advance();
    return true;
  }

  std::optional<std::vector<Change>> finish() {
    while (current() != nullptr) add_current();
    if (!in_order_) return std::nullopt;
    return std::move(changes_);
  }

 private:
  /// Null after the last entry.
  [[nodiscard]] const IndexItem* current() const { return at_ == items_.size() ? nullptr : &items_[at_]; }

  void advance() {
    ++at_;
    pass_intents();
  }
  /// What is only intended to be added is not part of the commit.
  void pass_intents() {
    while (current() != nullptr && current()->intent) ++at_;
  }

  void add_before(std::string_view path) {
    while (current() != nullptr && current()->path < path) add_current();
  }
  void add_current() {
    if (current()->stage > 0) return add_unmerged();
    add(ChangeKind::added, {current()->path}, *current());
    advance();
  }
  void add_unmerged() {
    const std::string_view path = current()->path;
    add(ChangeKind::unmerged, {path}, {path});
    while (current() != nullptr && current()->path == path) advance();
  }
  void add(ChangeKind kind, const IndexItem& before, const IndexItem& after) {
    changes_.push_back({kind, std::string(before.path), entry_of(before), entry_of(after)});
  }

  const IndexList& index_;
  std::vector<IndexItem> items_;
  std::size_t at_ = 0;
  std::vector<Change> changes_;
  std::string last_;  ///< of the tree
  bool in_order_ = true;
};

}  // namespace

std::optional<std::vector<Change>> staged_diff(git_odb* objects, const git_oid* tree, const IndexList& index,
                                               std::span<const std::string> folders) {
  Merge merge(index, folders);
  if (tree == nullptr) return merge.finish();
  if (index.trees().id("") == bytes_of(*tree)) return std::vector<Change>();
  const TreeWalk::Visitor visitor{
      [&](std::string_view path, unsigned mode, std::string_view id) { merge.file(path, mode, id); },
      [&](std::string_view path, std::string_view id) { return merge.skip(path, id); }};
  if (!TreeWalk(objects, folders, visitor).go(*tree)) return std::nullopt;
  return merge.finish();
}

}  // namespace kairon::git
