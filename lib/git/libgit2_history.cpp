#include <algorithm>

#include "git/libgit2_source.h"

namespace kairon::git {

namespace {

/// libgit2's codes for "this text names nothing", as opposed to "I cannot say".
bool names_nothing(int code) { return code == GIT_ENOTFOUND || code == GIT_EINVALIDSPEC || code == GIT_EPEEL; }

}  // namespace

std::optional<Oid> Libgit2Source::resolve_commit(const std::string& revision) {
  if (revision.empty() || revision.front() == '-') return std::nullopt;
  Object named;
  Object commit;
  const Head* head = revision == "HEAD" ? this->head() : nullptr;
  if (head != nullptr && !head->id) return std::nullopt;
  const std::string spelled = head == nullptr ? revision : hex_of(*head->id);
  int code = into(named, git_revparse_single, repository_.get(), spelled.c_str());
  if (code == 0) code = into(commit, git_object_peel, static_cast<const git_object*>(named.get()), GIT_OBJECT_COMMIT);
  if (code == 0) return hex_of(*git_object_id(commit.get()));
  // Something that is there and points to what is not (a shallow or partial clone) is git's to judge.
  if (names_nothing(code) && (code != GIT_ENOTFOUND || !named)) return std::nullopt;
  return git().resolve_commit(revision);
}

bool Libgit2Source::hide_commits(git_revwalk* walk, std::span<const Oid> hidden) {
  for (const Oid& oid : hidden) {
    git_oid id{};
    Object object;
    Object commit;
    if (git_oid_fromstr(&id, oid.c_str()) != 0) continue;
    const int code =
        into(object, git_object_lookup, repository_.get(), static_cast<const git_oid*>(&id), GIT_OBJECT_ANY);
    if (code == GIT_ENOTFOUND) continue;
    if (code != 0) return false;
    if (into(commit, git_object_peel, static_cast<const git_object*>(object.get()), GIT_OBJECT_COMMIT) != 0) continue;
    if (git_revwalk_hide(walk, git_object_id(commit.get())) != 0) return false;
  }
  return true;
}

bool Libgit2Source::hide_refs(git_revwalk* walk, std::span<const std::string> prefixes) {
  if (prefixes.empty()) return true;
  ReferenceIterator refs;
  if (into(refs, git_reference_iterator_new, repository_.get()) != 0) return false;
  const char* name = nullptr;
  int code = 0;
  while ((code = git_reference_next_name(&name, refs.get())) == 0) {
    const std::string_view ref = name;
    const auto is_known = [&](const std::string& prefix) {
      // A remote HEAD may point to a branch that is gone; all other branches are listed themselves.
      return ref.starts_with(prefix) && ref.substr(prefix.size()) != "HEAD";
    };
    if (std::none_of(prefixes.begin(), prefixes.end(), is_known)) continue;
    git_oid id{};
    if (git_reference_name_to_id(&id, repository_.get(), name) != 0) return false;
    if (!hide_commits(walk, std::vector<Oid>{hex_of(id)})) return false;
  }
  return code == GIT_ITEROVER;
}

std::optional<std::vector<NewCommit>> Libgit2Source::walked(std::span<const std::string> tips, const Known& known) {
  if (git_repository_is_shallow(repository_.get()) != 0) return std::nullopt;
  Walk walk;
  if (into(walk, git_revwalk_new, repository_.get()) != 0) return std::nullopt;
  git_revwalk_sorting(walk.get(), GIT_SORT_TOPOLOGICAL | GIT_SORT_TIME);
  for (const std::string& tip : tips) {
    const std::optional<Oid> commit = resolve_commit(tip);
    git_oid start{};
    if (!commit || git_oid_fromstr(&start, commit->c_str()) != 0 || git_revwalk_push(walk.get(), &start) != 0)
      return std::nullopt;
  }
  if (!hide_commits(walk.get(), known.commits) || !hide_refs(walk.get(), known.refs)) return std::nullopt;
  std::vector<NewCommit> commits;
  git_oid next{};
  int code = 0;
  while ((code = git_revwalk_next(&next, walk.get())) == 0) {
    Commit commit;
    if (into(commit, git_commit_lookup, repository_.get(), static_cast<const git_oid*>(&next)) != 0)
      return std::nullopt;
    const git_oid* parent = git_commit_parent_id(commit.get(), 0);
    commits.push_back({hex_of(next), parent == nullptr ? Oid() : hex_of(*parent)});
  }
  if (code != GIT_ITEROVER) return std::nullopt;
  return commits;
}

std::vector<NewCommit> Libgit2Source::new_history(std::span<const std::string> tips, const Known& known) {
  if (std::optional<std::vector<NewCommit>> commits = walked(tips, known)) return std::move(*commits);
  return git().new_history(tips, known);
}

std::vector<Oid> Libgit2Source::parents(const Oid& commit) {
  const std::optional<Oid> resolved = resolve_commit(commit);
  git_oid id{};
  Commit found;
  if (git_repository_is_shallow(repository_.get()) != 0 || !resolved || git_oid_fromstr(&id, resolved->c_str()) != 0 ||
      into(found, git_commit_lookup, repository_.get(), static_cast<const git_oid*>(&id)) != 0) {
    return git().parents(commit);
  }
  std::vector<Oid> out;
  for (unsigned i = 0; i < git_commit_parentcount(found.get()); ++i) {
    out.push_back(hex_of(*git_commit_parent_id(found.get(), i)));
  }
  return out;
}

std::optional<Oid> Libgit2Source::merge_base(const Oid& a, const Oid& b) {
  git_oid one{};
  git_oid two{};
  git_oid base{};
  const std::optional<Oid> first = resolve_commit(a);
  const std::optional<Oid> second = resolve_commit(b);
  if (git_repository_is_shallow(repository_.get()) != 0 || !first || !second ||
      git_oid_fromstr(&one, first->c_str()) != 0 || git_oid_fromstr(&two, second->c_str()) != 0) {
    return git().merge_base(a, b);
  }
  const int code = git_merge_base(&base, repository_.get(), &one, &two);
  if (code == 0) return hex_of(base);
  return git().merge_base(a, b);
}

std::string Libgit2Source::head_ref() {
  const Head* head = this->head();
  return head == nullptr ? git().head_ref() : head->ref;
}

}  // namespace kairon::git
