#include "git/libgit2_source.h"

#include <algorithm>

#include "base/environment.h"
#include "base/file.h"
#include "base/format.h"
#include "base/text.h"
#include "git/index_header.h"
#include "git/index_reader.h"
#include "git/process_source.h"
#include "git/raw_diff.h"
#include "git/staged_diff.h"
#include "git/tree_walk.h"

namespace kairon::git {

namespace {

ChangeKind kind_of(git_delta_t status) {
  switch (status) {
    case GIT_DELTA_ADDED:
      return ChangeKind::added;
    case GIT_DELTA_DELETED:
      return ChangeKind::deleted;
    case GIT_DELTA_TYPECHANGE:
      return ChangeKind::type_changed;
    case GIT_DELTA_CONFLICTED:
      return ChangeKind::unmerged;
    default:
      return ChangeKind::modified;
  }
}

std::optional<ObjectType> object_type(git_object_t type) {
  switch (type) {
    case GIT_OBJECT_COMMIT:
      return ObjectType::commit;
    case GIT_OBJECT_TREE:
      return ObjectType::tree;
    case GIT_OBJECT_BLOB:
      return ObjectType::blob;
    case GIT_OBJECT_TAG:
      return ObjectType::tag;
    default:
      return std::nullopt;
  }
}

Entry side(const git_diff_file& file, bool present) {
  if (!present || file.mode == 0) return {file.path, {}, 0};
  return {file.path, hex_of(file.id), canonical_mode(file.mode)};
}

std::vector<Change> changes_of(git_diff* diff) {
  std::vector<Change> changes;
  for (std::size_t i = 0; i < git_diff_num_deltas(diff); ++i) {
    const git_diff_delta* delta = git_diff_get_delta(diff, i);
    const ChangeKind kind = kind_of(delta->status);
    const char* path = delta->new_file.path != nullptr ? delta->new_file.path : delta->old_file.path;
    const bool before = kind != ChangeKind::added && kind != ChangeKind::unmerged;
    const bool after = kind != ChangeKind::deleted && kind != ChangeKind::unmerged;
    Change change{kind, path, side(delta->old_file, before), side(delta->new_file, after)};
    change.before.path = change.after.path = change.path;
    if (changes.empty() || changes.back().path != change.path) changes.push_back(std::move(change));
  }
  sort_by_path(changes);
  return changes;
}

/// Options for a diff of paths that are meant literally, with the strings they point to.
class DiffOptions {
 public:
  explicit DiffOptions(std::span<const std::string> folders) : folders_(clean_folders(folders)) {
    git_diff_options_init(&options_, GIT_DIFF_OPTIONS_VERSION);
    for (std::string& folder : folders_) pointers_.push_back(folder.data());
    options_.flags = GIT_DIFF_INCLUDE_TYPECHANGE | GIT_DIFF_DISABLE_PATHSPEC_MATCH | GIT_DIFF_SKIP_BINARY_CHECK;
    options_.ignore_submodules = GIT_SUBMODULE_IGNORE_NONE;
    options_.pathspec = {pointers_.data(), pointers_.size()};
  }
  [[nodiscard]] const git_diff_options* get() const { return &options_; }

 private:
  std::vector<std::string> folders_;
  std::vector<char*> pointers_;
  git_diff_options options_{};
};

}  // namespace

Libgit2Source::Libgit2Source(Repository repository, Places places)
    : repository_(std::move(repository)), places_(std::move(places)) {}

GitSource& Libgit2Source::git() {
  if (!git_) git_ = std::make_unique<ProcessSource>(places_);
  return *git_;
}

const IndexList* Libgit2Source::index() {
  if (index_looked_at_) return index_ ? &*index_ : nullptr;
  index_looked_at_ = true;
  const std::string path = index_path(places_.git_dir);
  if (!file::exists(path)) return &index_.emplace();
  Result<IndexBytes> bytes = IndexBytes::map(path, Checksum::of_usual_size);
  if (!bytes.ok()) return nullptr;
  index_bytes_ = std::move(*bytes);
  // libgit2 1.5 opens no repository of another hash.
  index_ = IndexList::read(index_bytes_.view(), GIT_OID_RAWSZ);
  return index_ ? &*index_ : nullptr;
}

git_odb* Libgit2Source::objects() {
  if (!database_) static_cast<void>(into(database_, git_repository_odb, repository_.get()));
  return database_.get();
}

const Libgit2Source::Head* Libgit2Source::head() {
  if (head_) return &*head_;
  Reference named;
  Reference resolved;
  if (into(named, git_reference_lookup, repository_.get(), "HEAD") != 0) return nullptr;
  const int code = into(resolved, git_reference_resolve, static_cast<const git_reference*>(named.get()));
  if (code != 0 && code != GIT_ENOTFOUND) return nullptr;
  head_.emplace();
  if (const char* target = git_reference_symbolic_target(named.get())) head_->ref = target;
  if (code == 0) head_->id = *git_reference_target(resolved.get());
  return &*head_;
}

bool Libgit2Source::head_tree(Tree& tree) {
  const Head* head = this->head();
  if (head == nullptr || !head->id) return head != nullptr;
  Commit commit;
  return into(commit, git_commit_lookup, repository_.get(), &*head->id) == 0 &&
         into(tree, git_commit_tree, static_cast<const git_commit*>(commit.get())) == 0;
}

bool Libgit2Source::tree_of(const std::string& revision, Tree& tree) {
  if (revision.empty()) return true;
  Object named;
  Object peeled;
  if (into(named, git_revparse_single, repository_.get(), revision.c_str()) != 0) return false;
  if (into(peeled, git_object_peel, static_cast<const git_object*>(named.get()), GIT_OBJECT_TREE) != 0) return false;
  tree.reset(reinterpret_cast<git_tree*>(peeled.release()));  // NOLINT: git_object is their base
  return true;
}

std::optional<std::vector<Entry>> Libgit2Source::listed(std::span<const std::string> folders) {
  const IndexList* index = this->index();
  if (index == nullptr) return std::nullopt;
  std::vector<Entry> entries;
  for (const IndexItem& item : index->below(folders))
    if (item.stage == 0 && !item.intent) entries.push_back(entry_of(item));
  return entries;
}

std::optional<std::vector<Change>> Libgit2Source::staged(std::span<const std::string> folders) {
  const IndexList* index = this->index();
  Tree head;
  if (index == nullptr || objects() == nullptr || !head_tree(head)) return std::nullopt;
  return staged_diff(objects(), head ? git_tree_id(head.get()) : nullptr, *index, folders);
}

std::optional<std::vector<Entry>> Libgit2Source::files_of(const std::string& revision,
                                                          std::span<const std::string> folders) {
  std::vector<Entry> entries;
  Tree tree;
  if (objects() == nullptr || !tree_of(revision, tree)) return std::nullopt;
  const TreeWalk::Visitor visitor{[&](std::string_view path, unsigned mode, std::string_view id) {
                                    entries.push_back({std::string(path), hex_of_bytes(id), mode});
                                  },
                                  nullptr};
  if (tree && !TreeWalk(objects(), folders, visitor).go(*git_tree_id(tree.get()))) return std::nullopt;
  return entries;
}

std::optional<std::vector<Change>> Libgit2Source::between(const std::string& from, const std::string& to,
                                                          std::span<const std::string> folders) {
  Tree before;
  Tree after;
  if (!tree_of(from, before) || !tree_of(to, after)) return std::nullopt;
  const DiffOptions options(folders);
  Diff diff;
  if (into(diff, git_diff_tree_to_tree, repository_.get(), before.get(), after.get(), options.get()) != 0) {
    return std::nullopt;
  }
  return changes_of(diff.get());
}

std::vector<Entry> Libgit2Source::index_entries(std::span<const std::string> folders) {
  if (std::optional<std::vector<Entry>> entries = listed(folders)) return std::move(*entries);
  return git().index_entries(folders);
}

std::optional<Oid> Libgit2Source::kept_tree() {
  const IndexList* index = this->index();
  if (index == nullptr) return git().kept_tree();
  const auto id = index->trees().id("");
  return id ? std::optional(hex_of_bytes(*id)) : std::nullopt;
}

std::vector<Change> Libgit2Source::staged_changes(std::span<const std::string> folders) {
  if (std::optional<std::vector<Change>> changes = staged(folders)) return std::move(*changes);
  return git().staged_changes(folders);
}

std::vector<Change> Libgit2Source::tree_changes(const std::string& from, const std::string& to,
                                                std::span<const std::string> folders) {
  if (std::optional<std::vector<Change>> changes = between(from, to, folders)) return std::move(*changes);
  return git().tree_changes(from, to, folders);
}

std::vector<Entry> Libgit2Source::tree_entries(const std::string& revision, std::span<const std::string> folders) {
  if (std::optional<std::vector<Entry>> entries = files_of(revision, folders)) return std::move(*entries);
  return git().tree_entries(revision, folders);
}

Result<std::string> Libgit2Source::read_blob(const Oid& oid, std::size_t limit) {
  Result<RawObject> object = read_typed(oid, limit, GIT_OBJECT_BLOB);
  if (!object.ok()) return object.failure();
  return std::move(object->content);
}

Result<RawObject> Libgit2Source::read_object(const Oid& oid, std::size_t limit) {
  return read_typed(oid, limit, GIT_OBJECT_ANY);
}

Result<RawObject> Libgit2Source::ask_git(const Oid& oid, std::size_t limit, git_object_t wanted) {
  if (wanted == GIT_OBJECT_ANY) return git().read_object(oid, limit);
  Result<std::string> content = git().read_blob(oid, limit);
  if (!content.ok()) return content.failure();
  return RawObject{ObjectType::blob, std::move(*content)};
}

Result<RawObject> Libgit2Source::read_typed(const Oid& oid, std::size_t limit, git_object_t wanted) {
  git_oid id{};
  if (!is_oid(oid) || git_oid_fromstrn(&id, oid.data(), oid.size()) != 0) {
    return Failure{format("'{}' is not an object id", text::printable(oid))};
  }
  if (objects() == nullptr) return ask_git(oid, limit, wanted);
  std::size_t size = 0;
  git_object_t type = GIT_OBJECT_INVALID;
  if (git_odb_read_header(&size, &type, database_.get(), &id) != 0) return ask_git(oid, limit, wanted);
  const std::optional<ObjectType> known = object_type(type);
  if (!known || (wanted != GIT_OBJECT_ANY && type != wanted))
    return Failure{format("object {} is a {}, not a file", oid, git_object_type2string(type))};
  if (size > limit) return file::too_large(limit);
  DatabaseObject object;
  if (into(object, git_odb_read, database_.get(), static_cast<const git_oid*>(&id)) != 0) {
    return ask_git(oid, limit, wanted);
  }
  return RawObject{*known, std::string(static_cast<const char*>(git_odb_object_data(object.get())),
                                       git_odb_object_size(object.get()))};
}

std::vector<NewObject> Libgit2Source::new_objects(std::span<const Oid> tips, const Known& known) {
  // git marks what the known side has along the edge of the walk; libgit2 offers no such walk.
  return git().new_objects(tips, known);
}

}  // namespace kairon::git
