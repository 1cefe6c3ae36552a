#pragma once
#include <string>
#include <vector>

#include "gate/diagnosis.h"

namespace kairon::gate {

/// The executables and links in an installed folder of hooks: git runs a commit unchecked, without
/// a word, when a hook is missing, is not executable, or when the folder is gone.
[[nodiscard]] std::vector<Diagnosis> diagnose_hooks_folder(const std::string& hooks_folder);

/// Whether every work tree and submodule of the repository in `folder` finds its hooks in
/// `hooks_folder`, and whether the earlier hooks are still there. Throws Error(environment) when
/// there is no repository.
[[nodiscard]] std::vector<Diagnosis> diagnose_repository(const std::string& folder, const std::string& hooks_folder);

/// The user's global core.hooksPath.
[[nodiscard]] std::vector<Diagnosis> diagnose_global(const std::string& hooks_folder);

}  // namespace kairon::gate
