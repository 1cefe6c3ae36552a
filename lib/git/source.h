#pragma once
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kairon::git {

/// A git object id in lower-case hexadecimal: 40 digits, or 64 in a sha256 repository.
using Oid = std::string;

/// File modes of tree and index entries (gitformat-index(5)).
inline constexpr unsigned kModeFile = 0100644;
inline constexpr unsigned kModeExecutable = 0100755;

/// One file of the index or of a tree.
struct Entry {
  std::string path;  ///< from the repository's top, bytes as git stores them
  Oid oid;
  unsigned mode = 0;
  [[nodiscard]] bool is_file() const noexcept { return mode == kModeFile || mode == kModeExecutable; }
};

enum class ObjectType { commit, tree, blob, tag };

/// An object's type and bytes.
struct RawObject {
  ObjectType type = ObjectType::blob;
  std::string content;
};

/// An object that a remote does not have.
struct NewObject {
  Oid oid;
  std::string path;  ///< where a tree or blob was met first, "" for commits, tags and root trees
  Oid commit;        ///< the oldest new commit that refers to it, "" when no commit does
};

/// What the other side of a push has.
struct Known {
  std::vector<Oid> commits;            ///< with all that is below them; ids that are not here are ignored
  std::vector<std::string> refs = {};  ///< every ref below one of these prefixes: "refs/remotes/origin/"
};

/// Returns what a remote has by its remote-tracking refs; nothing for "".
[[nodiscard]] Known known_to(const std::string& remote);

/// A commit that the other side does not have.
struct NewCommit {
  Oid oid;
  Oid parent;  ///< the first one, "" for a root
};

enum class ChangeKind { added, modified, deleted, type_changed, unmerged };

/// One difference between two states. A rename is a deletion and an addition.
struct Change {
  ChangeKind kind = ChangeKind::modified;
  std::string path;
  Entry before;  ///< empty oid when added
  Entry after;   ///< empty oid when deleted or unmerged
};

/// The version of the libgit2 that is in use: "1.5.1".
[[nodiscard]] std::string library_version();

/// What the gate reads from a repository. Two implementations: libgit2, and the `git` process for
/// what libgit2 cannot read (split or sparse index, sha256, reftable, shallow walks, very large
/// indexes). Every call throws Error(environment) when the repository cannot be read: an answer
/// that could not be had is never an empty one.
///
/// `folders`: restricts to these paths and what lies below them; empty = everything.
class GitSource {
 public:
  virtual ~GitSource() = default;

  /// Top of the work tree, absolute, without a final slash; "" in a bare repository.
  [[nodiscard]] virtual const std::string& top() const = 0;
  /// The git dir of this work tree, absolute (GIT_DIR).
  [[nodiscard]] virtual const std::string& git_dir() const = 0;
  /// The git dir that all work trees share, absolute (GIT_COMMON_DIR).
  [[nodiscard]] virtual const std::string& common_dir() const = 0;

  /// Index entries of stage 0 (GIT_INDEX_FILE is honoured), without intent-to-add ones, sorted by path.
  [[nodiscard]] virtual std::vector<Entry> index_entries(std::span<const std::string> folders) = 0;
  /// The tree that the index would make; git writes what of it is not stored yet.
  [[nodiscard]] virtual Oid staged_tree() = 0;
  /// That tree where the index keeps its id, as `git commit` leaves it to pre-commit: without asking git.
  [[nodiscard]] virtual std::optional<Oid> kept_tree() = 0;
  /// HEAD's tree (empty on an unborn branch) against the index.
  [[nodiscard]] virtual std::vector<Change> staged_changes(std::span<const std::string> folders) = 0;
  /// All files of a commit's or tree's content.
  [[nodiscard]] virtual std::vector<Entry> tree_entries(const std::string& revision,
                                                        std::span<const std::string> folders) = 0;
  /// `from` against `to`; "" is the empty tree.
  [[nodiscard]] virtual std::vector<Change> tree_changes(const std::string& from, const std::string& to,
                                                         std::span<const std::string> folders) = 0;
  /// A blob's bytes. Fails (does not throw) when it is missing or larger than `limit`.
  [[nodiscard]] virtual Result<std::string> read_blob(const Oid& oid, std::size_t limit) = 0;
  /// The commit that a revision names (tags peeled); nothing when it names none.
  [[nodiscard]] virtual std::optional<Oid> resolve_commit(const std::string& revision) = 0;
  /// Commits reachable from `tips` and not from what is known, newest first, in one walk.
  [[nodiscard]] virtual std::vector<NewCommit> new_history(std::span<const std::string> tips, const Known& known) = 0;
  /// The same for one tip, where `hidden` and what `remote` has are known.
  [[nodiscard]] std::vector<Oid> new_commits(const std::string& tip, std::span<const Oid> hidden,
                                             const std::string& remote);
  /// Every object that is reachable from `tips` (object ids of any type) and not from what is known, with each
  /// commit before what it brings, the oldest commit first.
  [[nodiscard]] virtual std::vector<NewObject> new_objects(std::span<const Oid> tips, const Known& known) = 0;
  /// The configured remotes that are fetched from this URL, after insteadOf: their tracking refs say what is there.
  [[nodiscard]] virtual std::vector<std::string> remotes_with_url(const std::string& url) = 0;
  /// Any object. Fails (does not throw) when it is missing or larger than `limit`.
  [[nodiscard]] virtual Result<RawObject> read_object(const Oid& oid, std::size_t limit) = 0;
  /// The commit's parents.
  [[nodiscard]] virtual std::vector<Oid> parents(const Oid& commit) = 0;
  /// Best common ancestor, nothing when there is none.
  [[nodiscard]] virtual std::optional<Oid> merge_base(const Oid& a, const Oid& b) = 0;
  /// HEAD's full ref name ("refs/heads/main"), "" when detached.
  [[nodiscard]] virtual std::string head_ref() = 0;
  /// One-line name of the implementation for `--timings`: "libgit2" or "git".
  [[nodiscard]] virtual std::string_view implementation() const = 0;
};

/// Whether git may fetch what a partial clone left out, as it does by itself where an object is missing.
enum class Network { allowed, forbidden };

/// Opens the repository that git's environment variables or `start` ("" = current folder) lie in,
/// with the implementation that can read it. KAIRON_GIT_SOURCE=libgit2|git forces one (tests).
/// Returns nothing outside of a repository; throws Error(environment) for a repository that cannot be read
/// (ownership, broken HEAD, unknown format).
[[nodiscard]] std::unique_ptr<GitSource> open(const std::string& start = {}, Network network = Network::allowed);

/// One `name = value` of a git-config file: "section.subsection.key" with section and key lower-cased.
struct ConfigEntry {
  std::string section;     ///< lower case
  std::string subsection;  ///< as written, "" when none
  std::string key;         ///< lower case
  std::string value;
  int level = 0;       ///< order of strength within the source, larger is stronger
  std::string origin;  ///< the file, for messages
};

/// Parses git-config syntax (git-config(1), "Syntax") through libgit2, from a 0600 temp file;
/// include directives are not followed. `name` is used in messages.
[[nodiscard]] Result<std::vector<ConfigEntry>> parse_config(std::string_view content, const std::string& name);

/// Every entry of the user's own git configuration whose section is `kairon` or starts with
/// `kairon` (system, global, local, worktree files; not the command line's -c).
[[nodiscard]] std::vector<ConfigEntry> kairon_config(const GitSource* source);

/// core.hooksPath and every hook.<name>.command of the same files.
[[nodiscard]] std::vector<ConfigEntry> hook_config(const GitSource& source);

/// Likewise what makes git push to another URL than it fetches from: remote.NAME.pushurl and url.BASE.pushInsteadOf.
[[nodiscard]] std::vector<ConfigEntry> push_url_config(const GitSource& source);

}  // namespace kairon::git
