#pragma once
#include <optional>
#include <string>

#include "config/settings.h"
#include "git/source.h"

namespace kairon::repository {

/// The commit whose content counts as published while `HEAD` is worked on: the newest of what the remotes have of
/// it. Of each remote that is where HEAD left the branch of its name there, or else the deploy branch; where no
/// remote has either, the nearest commit (along first parents) below any of their branches. "" on an unborn
/// branch, and where no remote has anything: nobody else can have run a migration that never left this machine.
[[nodiscard]] git::Oid published_commit(git::GitSource& source, const config::Settings& settings);

/// The deploy branch as its remote has it: the remote that branch.NAME.remote of the repository's configuration
/// names, else `origin`, else the only one. Nothing without a remote, and with several of which neither rule names one.
[[nodiscard]] std::optional<git::Oid> remote_deploy_branch(git::GitSource& source, const config::Settings& settings);

}  // namespace kairon::repository
