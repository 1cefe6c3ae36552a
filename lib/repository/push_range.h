#pragma once
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "git/source.h"

namespace kairon::repository {

/// One line of pre-push's stdin (githooks(5)): `<local ref> <local oid> <remote ref> <remote oid>`.
struct PushLine {
  std::string local_ref;  ///< as typed: a ref, `HEAD`, `old~0`, an oid, or `(delete)`
  std::string local_oid;  ///< zeros: the remote ref is deleted
  std::string remote_ref;
  std::string remote_oid;  ///< zeros: the remote ref is new
};

/// Parses all lines. Throws Error(environment) for a line that git would not write.
[[nodiscard]] std::vector<PushLine> parse_push_lines(std::string_view input);

/// Parses the same from pre-receive's stdin, `<old oid> <new oid> <ref>` a line (githooks(5)).
[[nodiscard]] std::vector<PushLine> parse_receive_lines(std::string_view input);

/// Returns true for an object id of zeros only.
[[nodiscard]] bool is_zero(std::string_view oid);

/// One pushed ref that brings content, resolved.
struct PushedRef {
  std::string remote_ref;
  git::Oid tip;   ///< the commit (tags peeled)
  git::Oid base;  ///< what the remote has: its old commit when we have it, else the nearest commit that is known
                  ///< there, else "" (the empty tree)
  bool brings_commits = false;  ///< the remote does not have the tip
};

/// Returns what the remote that git names to pre-push has: its remote-tracking refs; where a URL takes the place of the
/// name, or remotes have a URL for pushing, those of the remotes that are fetched from this URL.
[[nodiscard]] git::Known known_to_push(git::GitSource& source, const std::string& remote, const std::string& url);

/// Resolves the lines that push a commit, in one walk over the new commits; deletions and refs to other objects are
/// left out. The commits that the lines replace are known as well.
[[nodiscard]] std::vector<PushedRef> resolve_pushed(git::GitSource& source, const std::vector<PushLine>& lines,
                                                    git::Known known);

/// Commits that the other side does not have.
class NewHistory {
 public:
  explicit NewHistory(const std::vector<git::NewCommit>& commits);

  [[nodiscard]] bool has(const git::Oid& commit) const { return parents_.contains(commit); }
  /// The commit nearest to `tip` along first parents that the other side has; "" when it has nothing of it.
  [[nodiscard]] git::Oid nearest_known(const git::Oid& tip) const;

 private:
  std::unordered_map<git::Oid, git::Oid> parents_;        ///< first parents of the new commits
  mutable std::unordered_map<git::Oid, git::Oid> known_;  ///< what was found already, so that no way is gone twice
};

}  // namespace kairon::repository
