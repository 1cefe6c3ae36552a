#pragma once
#include <optional>
#include <string>

#include "config/settings.h"
#include "git/source.h"

namespace kairon::repository {

/// Returns the newest commit on a remote that is an ancestor of HEAD: where HEAD left the branch of its own name on
/// that remote, else the deploy branch. Where no remote has either branch, the nearest commit (along first parents)
/// of any of their branches. Returns "" on an unborn branch and without a remote: nobody else can have run a migration
/// that never left this machine.
[[nodiscard]] git::Oid published_commit(git::GitSource& source, const config::Settings& settings);

/// Returns the deploy branch as its remote has it: the remote that branch.NAME.remote of the repository's configuration
/// names, else `origin`, else the only one. Nothing without a remote, and with several of which neither rule names one.
[[nodiscard]] std::optional<git::Oid> remote_deploy_branch(git::GitSource& source, const config::Settings& settings);

}  // namespace kairon::repository
