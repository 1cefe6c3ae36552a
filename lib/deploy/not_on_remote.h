#pragma once
#include <optional>
#include <string>

#include "git/source.h"
#include "repository/push_range.h"

namespace kairon::deploy {

/// An environment that runs a commit which its remote does not have: the deployment went through
/// during a push, and git's push after it did not.
struct Unpushed {
  std::string environment;
  git::Oid commit;
  std::string at;      ///< when it was deployed, UTC
  std::string remote;  ///< name or url, as git gave it to pre-push
  std::string ref;     ///< "refs/heads/main"
};

/// Where a push goes.
struct PushTarget {
  const repository::PushedRef& pushed;
  const std::string& remote;
};

/// Notes `deployed, not on remote` in the environment's journal: pre-push cannot know what becomes
/// of git's push after it, so this holds until unpushed() sees the commit there.
void note_not_on_remote(const std::string& common_dir, const std::string& environment, const PushTarget& target);

/// What the journal says is not on the remote and still is not: neither below the remote's tracking
/// refs nor, when a push to it is going on, in the commit the remote has now. Notes `on remote` when
/// it has arrived.
[[nodiscard]] std::optional<Unpushed> unpushed(git::GitSource& source, const std::string& environment,
                                               const PushTarget* target = nullptr);

/// Prints a warning for staging and production when there is something unpushed.
void say_unpushed(git::GitSource& source, const PushTarget* target = nullptr);

}  // namespace kairon::deploy
