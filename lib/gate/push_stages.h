#pragma once
#include "base/error.h"
#include "config/settings.h"
#include "gate/push_range.h"

namespace kairon::gate {

/// The stages that need more than the repository: the trial of migrations that the remote does not
/// have, the workflows' SQL against the schema, and for the deploy branch dev, smoke tests, staging and production.
/// Each runs in the child `kairon`, prints a line, and stops the push when it fails.
[[nodiscard]] ExitCode run_push_stages(git::GitSource& source, const PushedRef& pushed,
                                       const config::Settings& settings);

}  // namespace kairon::gate
