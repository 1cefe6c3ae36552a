#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "git/handles.h"
#include "git/index_header.h"
#include "git/index_list.h"
#include "git/paths.h"
#include "git/source.h"

namespace kairon::git {

/// GitSource over libgit2. Each question is first put to libgit2; when it has no answer (a format
/// it does not know, a damaged file, a missing object) the `git` program is asked instead, which
/// either knows or says what is wrong.
class Libgit2Source final : public GitSource {
 public:
  /// Opens the repository of git's variables or of `start`. Fails with libgit2's words.
  [[nodiscard]] static Result<std::unique_ptr<Libgit2Source>> open(const std::string& start, Network network);
  Libgit2Source(Repository repository, Places places);

  [[nodiscard]] const std::string& top() const override { return places_.top; }
  [[nodiscard]] const std::string& git_dir() const override { return places_.git_dir; }
  [[nodiscard]] const std::string& common_dir() const override { return places_.common_dir; }
  [[nodiscard]] std::vector<Entry> index_entries(std::span<const std::string> folders) override;
  [[nodiscard]] Oid staged_tree() override { return git().staged_tree(); }
  [[nodiscard]] std::optional<Oid> kept_tree() override;
  [[nodiscard]] std::vector<Change> staged_changes(std::span<const std::string> folders) override;
  [[nodiscard]] std::vector<Entry> tree_entries(const std::string& revision,
                                                std::span<const std::string> folders) override;
  [[nodiscard]] std::vector<Change> tree_changes(const std::string& from, const std::string& to,
                                                 std::span<const std::string> folders) override;
  [[nodiscard]] Result<std::string> read_blob(const Oid& oid, std::size_t limit) override;
  [[nodiscard]] std::optional<Oid> resolve_commit(const std::string& revision) override;
  [[nodiscard]] std::vector<NewCommit> new_history(std::span<const std::string> tips, const Known& known) override;
  [[nodiscard]] std::vector<NewObject> new_objects(std::span<const Oid> tips, const Known& known) override;
  [[nodiscard]] std::vector<std::string> remotes_with_url(const std::string& url) override {
    return git().remotes_with_url(url);
  }
  [[nodiscard]] Result<RawObject> read_object(const Oid& oid, std::size_t limit) override;
  [[nodiscard]] std::vector<Oid> parents(const Oid& commit) override;
  [[nodiscard]] std::optional<Oid> merge_base(const Oid& a, const Oid& b) override;
  [[nodiscard]] std::string head_ref() override;
  /// "libgit2", or "libgit2+git" once git had to be asked.
  [[nodiscard]] std::string_view implementation() const override { return git_ ? "libgit2+git" : "libgit2"; }

  [[nodiscard]] git_repository* repository() const noexcept { return repository_.get(); }

 private:
  // What libgit2 knows; nothing = ask git.
  /// Null for an index that only git understands.
  [[nodiscard]] const IndexList* index();
  [[nodiscard]] git_odb* objects();
  [[nodiscard]] std::optional<std::vector<Entry>> listed(std::span<const std::string> folders);
  [[nodiscard]] std::optional<std::vector<Change>> staged(std::span<const std::string> folders);
  [[nodiscard]] std::optional<std::vector<Entry>> files_of(const std::string& revision,
                                                           std::span<const std::string> folders);
  [[nodiscard]] std::optional<std::vector<Change>> between(const std::string& from, const std::string& to,
                                                           std::span<const std::string> folders);
  [[nodiscard]] std::optional<std::vector<NewCommit>> walked(std::span<const std::string> tips, const Known& known);
  [[nodiscard]] bool hide_commits(git_revwalk* walk, std::span<const Oid> hidden);
  [[nodiscard]] bool hide_refs(git_revwalk* walk, std::span<const std::string> prefixes);
  [[nodiscard]] Result<RawObject> read_typed(const Oid& oid, std::size_t limit, git_object_t wanted);
  [[nodiscard]] Result<RawObject> ask_git(const Oid& oid, std::size_t limit, git_object_t wanted);
  [[nodiscard]] bool tree_of(const std::string& revision, Tree& tree);
  [[nodiscard]] bool head_tree(Tree& tree);
  struct Head {
    std::string ref;            ///< "" when detached
    std::optional<git_oid> id;  ///< nothing on an unborn branch
  };
  /// HEAD when it was first asked for; null when libgit2 cannot read it. As with the index, one source shows one
  /// moment, and every answer costs reading two files.
  [[nodiscard]] const Head* head();
  /// The other implementation, made when first needed.
  [[nodiscard]] GitSource& git();

  Repository repository_;
  Places places_;
  Database database_;
  std::optional<Head> head_;
  IndexBytes index_bytes_;
  std::optional<IndexList> index_;  ///< points into the bytes
  bool index_looked_at_ = false;
  std::unique_ptr<GitSource> git_;
};

}  // namespace kairon::git
