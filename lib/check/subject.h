#pragma once
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/error.h"
#include "check/outgoing.h"
#include "check/weakening.h"
#include "config/settings.h"
#include "git/source.h"
#include "repository/snapshot.h"

namespace kairon::check {

/// What is judged: a state of a repository, what it is compared with, and what else counts.
struct Subject {
  repository::Snapshot now;
  /// The state before: what it had already does not count at files that are not changed. Unset: everything counts.
  std::optional<repository::Snapshot> base;
  /// The state whose migrations may no longer change. Unset: every migration is new.
  std::optional<repository::Snapshot> published;
  /// The objects that leave for a remote with this state.
  std::optional<OutgoingRequest> outgoing;
  /// Report only at these paths, and what a change at them breaks elsewhere. Unset: everywhere.
  std::optional<std::set<std::string>> only;
  /// Reads a committed file of `now`, for its baseline. Null: no baseline counts.
  ReadFile read;
  /// True for a path whose content the receivers of this state have already: only there may a baseline hold a secret.
  std::function<bool(const std::string&)> untouched = [](const std::string&) { return true; };
  /// Watched paths with an unresolved conflict. When there are any, `now` was not read and only they are reported.
  std::set<std::string> unmerged;
  /// Others get this state (a push, CI): it is not judged with fewer rules than its settings pin.
  bool leaves = false;
  /// The change touches no watched path, so nothing was read.
  bool empty = false;
  /// What is said after the findings: how the change weakens the gate, and which comparison was left out.
  std::vector<std::string> notes;
};

/// The state that a change is compared with cannot be read. The new state is judged without it.
class BaseUnreadable : public Error {
 public:
  explicit BaseUnreadable(const Error& error) : Error(error) {}
};

/// Returns the line that names what could not be read, and says that the comparison is left out.
[[nodiscard]] std::string comparison_left_out(const Error& error);

/// Returns the index against HEAD, as a commit would make it. Throws Error(environment) when index or HEAD cannot be
/// read.
[[nodiscard]] Subject staged(git::GitSource& source, const config::Settings& settings);

/// Returns what commit `to` changes of commit `from` ("": the empty tree), with the history between them.
[[nodiscard]] Subject range(git::GitSource& source, const config::Settings& settings, const git::Oid& from,
                            const git::Oid& to);

/// Returns commit `tip` as a whole, for a remote that has `base` ("": nothing). The history is not in it.
[[nodiscard]] Subject pushed(git::GitSource& source, const config::Settings& settings, const git::Oid& base,
                             const git::Oid& tip);

/// Adds the history between two commits, which leaves with the state.
void add_history(Subject& subject, const git::Oid& from, const git::Oid& to);

/// Returns the history of a push without its tips; the blobs in `judged` are left to the judgement of the tips.
[[nodiscard]] Subject leaving(OutgoingRequest request);

/// Adds the blobs that are judged with this state to `judged`.
void add_judged(const repository::Snapshot& now, std::unordered_set<std::string>& judged);

/// Returns what a merge, rebase or checkout made of `before`; `own`: the commit was made here, so that nobody else has
/// its secrets yet. `empty` when no watched path differs.
[[nodiscard]] Subject arrived(git::GitSource& source, const config::Settings& settings, const git::Oid& before,
                              const git::Oid& head, bool own);

/// Adds the commit whose migrations may no longer change ("": none).
void add_published(Subject& subject, git::GitSource& source, const config::Settings& settings,
                   const git::Oid& published);

}  // namespace kairon::check
