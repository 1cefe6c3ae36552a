#include "git/libgit2_source.h"

#include <algorithm>
#include <map>

#include "base/environment.h"
#include "base/file.h"
#include "base/format.h"
#include "base/text.h"
#include "git/index_header.h"
#include "git/process_source.h"
#include "git/raw_diff.h"

namespace kairon::git {

namespace {

/// Above this many entries git's cache-tree makes `git diff-index` faster than libgit2's diff,
/// its start included (measured: 10,000 files 4 ms against 8 to 13).
constexpr unsigned kLargeIndex = 3000;

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

/// What is only intended to be added is not part of the commit: drop it, and where HEAD has such a
/// path the commit would delete it (as `git diff-index --ita-invisible-in-index` says).
void hide_intents(git_index* index, git_tree* head, std::span<const std::string> folders,
                  std::vector<Change>& changes) {
  for (std::size_t i = 0; i < git_index_entrycount(index); ++i) {
    const git_index_entry* entry = git_index_get_byindex(index, i);
    if ((entry->flags_extended & GIT_INDEX_ENTRY_INTENT_TO_ADD) == 0 || !is_below(entry->path, folders)) continue;
    const std::string path = entry->path;
    std::erase_if(changes, [&path](const Change& change) { return change.path == path; });
    Handle<git_tree_entry, git_tree_entry_free> before;
    if (head == nullptr || into(before, git_tree_entry_bypath, static_cast<const git_tree*>(head), path.c_str()) != 0) {
      continue;
    }
    const Entry gone{path, hex_of(*git_tree_entry_id(before.get())),
                     canonical_mode(static_cast<unsigned>(git_tree_entry_filemode(before.get())))};
    changes.push_back({ChangeKind::deleted, path, gone, {path, {}, 0}});
  }
  sort_by_path(changes);
}

}  // namespace

Libgit2Source::Libgit2Source(Repository repository, Places places)
    : repository_(std::move(repository)), places_(std::move(places)) {}

GitSource& Libgit2Source::git() {
  if (!git_) git_ = std::make_unique<ProcessSource>(places_);
  return *git_;
}

git_index* Libgit2Source::usable_index() {
  if (index_ || index_unusable_) return index_.get();
  const std::string path = index_path(places_.git_dir);
  const bool large = index_entry_count(path).value_or(0) > kLargeIndex;
  index_unusable_ = large || into(index_, git_index_open, path.c_str()) != 0;
  if (large) {
    Result<IndexBytes> bytes = IndexBytes::map(path);
    if (bytes.ok()) large_index_ = std::move(*bytes);
  }
  if (index_unusable_) return nullptr;
  // core.ignorecase concerns the work tree; two staged names that differ in case are two files.
  git_index_set_caps(index_.get(), git_index_caps(index_.get()) & ~GIT_INDEX_CAPABILITY_IGNORE_CASE);
  return index_.get();
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

std::optional<std::vector<IndexEntry>> Libgit2Source::read_in_place(std::span<const std::string> folders) {
  // libgit2 1.5 opens no repository of another hash.
  return large_index_.empty() ? std::nullopt : read_entries(large_index_.view(), GIT_OID_RAWSZ, clean_folders(folders));
}

/// HEAD's files below the folders against those of the index: with few folders that is less than any diff of all.
std::optional<std::vector<Change>> Libgit2Source::staged_in_place(std::span<const std::string> folders) {
  const auto entries = read_in_place(folders);
  Tree head;
  if (!entries || clean_folders(folders).empty() || !head_tree(head)) return std::nullopt;
  const std::optional<std::vector<Change>> before =
      head ? between("", hex_of(*git_tree_id(head.get())), folders) : std::vector<Change>();
  if (!before) return std::nullopt;
  std::map<std::string_view, const Entry*> gone;
  for (const Change& change : *before) gone.emplace(change.path, &change.after);
  std::vector<Change> changes;
  for (const IndexEntry& one : *entries) {
    const std::string& path = one.entry.path;
    if (one.intent) continue;
    const auto old = gone.find(path);
    const Entry nothing{path, {}, 0};
    const Entry& was = old == gone.end() ? nothing : *old->second;
    if (old != gone.end()) gone.erase(old);
    if (one.stage > 0) {
      if (changes.empty() || changes.back().path != path)
        changes.push_back({ChangeKind::unmerged, path, nothing, nothing});
      continue;
    }
    if (was.oid == one.entry.oid && was.mode == one.entry.mode) continue;
    constexpr unsigned kType = 0170000;
    const bool other_type = (was.mode & kType) != (one.entry.mode & kType);
    const ChangeKind kind = was.oid.empty() ? ChangeKind::added
                            : other_type    ? ChangeKind::type_changed
                                            : ChangeKind::modified;
    changes.push_back({kind, path, was, one.entry});
  }
  for (const auto& [path, entry] : gone)
    changes.push_back({ChangeKind::deleted, std::string(path), *entry, {std::string(path), {}, 0}});
  sort_by_path(changes);
  return changes;
}

std::optional<std::vector<Entry>> Libgit2Source::listed(std::span<const std::string> folders) {
  git_index* index = usable_index();
  if (index == nullptr) {
    auto read = read_in_place(folders);
    if (!read) return std::nullopt;
    std::vector<Entry> entries;
    for (IndexEntry& one : *read)
      if (one.stage == 0 && !one.intent) entries.push_back(std::move(one.entry));
    return entries;
  }
  const std::vector<std::string> cleaned = clean_folders(folders);
  std::vector<Entry> entries;
  for (std::size_t i = 0; i < git_index_entrycount(index); ++i) {
    const git_index_entry* entry = git_index_get_byindex(index, i);
    if (git_index_entry_stage(entry) != 0 || (entry->flags_extended & GIT_INDEX_ENTRY_INTENT_TO_ADD) != 0) continue;
    if (is_below(entry->path, cleaned))
      entries.push_back({entry->path, hex_of(entry->id), canonical_mode(entry->mode)});
  }
  return entries;
}

std::optional<std::vector<Change>> Libgit2Source::staged(std::span<const std::string> folders) {
  git_index* index = usable_index();
  Tree head;
  if (index == nullptr) return staged_in_place(folders);
  if (!head_tree(head)) return std::nullopt;
  const DiffOptions options(folders);
  Diff diff;
  if (into(diff, git_diff_tree_to_index, repository_.get(), head.get(), index, options.get()) != 0) return std::nullopt;
  std::vector<Change> changes = changes_of(diff.get());
  hide_intents(index, head.get(), clean_folders(folders), changes);
  return changes;
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
  std::vector<Entry> entries;
  for (Change& change : tree_changes("", revision, folders)) entries.push_back(std::move(change.after));
  return entries;
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
  if (!database_ && into(database_, git_repository_odb, repository_.get()) != 0) return ask_git(oid, limit, wanted);
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
