#pragma once
#include <string>
#include <string_view>
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

/// True for an object id of nothing but zeros.
[[nodiscard]] bool is_zero(std::string_view oid);

/// One pushed ref that brings content, resolved.
struct PushedRef {
  std::string remote_ref;
  git::Oid tip;                       ///< the commit (tags peeled)
  git::Oid base;                      ///< what the remote has: its old commit when we have it, else the nearest
                                      ///< commit that its remote-tracking refs hold, else "" (the empty tree)
  std::vector<git::Oid> new_commits;  ///< commits the remote does not have, newest first
};

/// Resolves the lines that push a commit; deletions and refs to other objects are left out.
[[nodiscard]] std::vector<PushedRef> resolve_pushed(git::GitSource& source, const std::vector<PushLine>& lines,
                                                    const std::string& remote);

/// The commit below which nothing of `new_commits` lies: what the remote already has, nearest to `tip` along first
/// parents; "" when it has nothing of it.
[[nodiscard]] git::Oid nearest_known(git::GitSource& source, const git::Oid& tip,
                                     const std::vector<git::Oid>& new_commits);

}  // namespace kairon::repository
