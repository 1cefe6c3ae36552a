#pragma once
#include <string>
#include <vector>

#include "install/hooks.h"
#include "report/diagnosis.h"

namespace kairon::install {

/// True when this git runs hooks that its configuration names (2.54 and later).
[[nodiscard]] bool git_runs_configured_hooks(const std::string& folder);

/// Names each hook of `hooks_folder` in the repository's configuration (hook.<name>.event and .command), next to those
/// of other managers; core.hooksPath is given back. Throws Error(usage) when git is too old to run them.
[[nodiscard]] std::vector<HookChange> install_configured_hooks(const std::string& folder,
                                                               const std::string& hooks_folder);

/// Takes the names away. The action is empty when there was none.
[[nodiscard]] HookChange uninstall_configured_hooks(const std::string& folder);

/// How the configured hooks of the repository in `folder` stand; nothing when there are none.
[[nodiscard]] std::vector<report::Diagnosis> diagnose_configured_hooks(const std::string& folder);

}  // namespace kairon::install
