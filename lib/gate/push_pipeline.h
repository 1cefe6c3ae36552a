#pragma once
#include <string>

#include "base/error.h"
#include "config/settings.h"
#include "deploy/not_on_remote.h"

namespace kairon::gate {

/// Runs the stages that need more than the repository: the trial of migrations that the remote does not
/// have, the workflows' SQL against the schema, and for the deploy branch dev (1), smoke tests on it (2), staging with
/// its smoke tests and production with its verification (3). Each runs in the child `kairon` and gets a line with its
/// time; the first that fails stops the push. A stage that is off,
/// not installed or not configured gets one line that says so.
[[nodiscard]] ExitCode run_push_stages(git::GitSource& source, const deploy::PushTarget& target,
                                       const config::Settings& settings);

/// Runs the trial of the migrations that `pushed` changes, for pre-receive; passes when it changes none.
[[nodiscard]] ExitCode try_received(git::GitSource& source, const repository::PushedRef& pushed,
                                    const config::Settings& settings);

}  // namespace kairon::gate
