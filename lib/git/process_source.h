#pragma once
#include <memory>
#include <string>
#include <vector>

#include "git/git_process.h"
#include "git/paths.h"
#include "git/source.h"

namespace kairon::git {

/// GitSource over the `git` program.
class ProcessSource final : public GitSource {
 public:
  /// For a repository whose places are known. Runs nothing yet.
  explicit ProcessSource(Places places);
  /// Asks git where the repository is. Null when git finds none; throws Error(environment) when
  /// git finds one that it cannot or will not read.
  [[nodiscard]] static std::unique_ptr<ProcessSource> find(const std::string& start, Network network);

  [[nodiscard]] const std::string& top() const override { return places_.top; }
  [[nodiscard]] const std::string& git_dir() const override { return places_.git_dir; }
  [[nodiscard]] const std::string& common_dir() const override { return places_.common_dir; }
  [[nodiscard]] std::vector<Entry> index_entries(std::span<const std::string> folders) override;
  [[nodiscard]] Oid staged_tree() override;
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
  [[nodiscard]] std::vector<std::string> remotes_with_url(const std::string& url) override;
  [[nodiscard]] Result<RawObject> read_object(const Oid& oid, std::size_t limit) override;
  [[nodiscard]] std::vector<Oid> parents(const Oid& commit) override;
  [[nodiscard]] std::optional<Oid> merge_base(const Oid& a, const Oid& b) override;
  [[nodiscard]] std::string head_ref() override;
  [[nodiscard]] std::string_view implementation() const override { return "git"; }

  /// `git config --null --show-scope --show-origin --get-regexp ^kairon`'s answer.
  [[nodiscard]] std::string raw_config(const std::string& pattern) const;

 private:
  /// Runs git and computes the index file's checksum at the same time; throws Error(environment) when
  /// the index is damaged, whatever git made of it.
  [[nodiscard]] process::Outcome run_on_index(const std::vector<std::string>& arguments) const;
  [[nodiscard]] bool head_is_unborn() const;
  [[nodiscard]] const std::string& empty_tree();
  [[nodiscard]] Result<RawObject> read_typed(const Oid& oid, std::size_t limit, std::optional<ObjectType> wanted);
  [[nodiscard]] std::string tree_of(const std::string& revision);
  [[nodiscard]] std::vector<Change> changes(std::vector<std::string> arguments, std::span<const std::string> folders);
  [[nodiscard]] std::vector<Oid> known_commits(std::span<const Oid> oids) const;

  Places places_;
  GitProcess git_;
  std::string empty_tree_;
  std::optional<process::Dialogue> cat_file_;
};

}  // namespace kairon::git
