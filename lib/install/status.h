#pragma once
#include <string>
#include <vector>

#include "report/diagnosis.h"

namespace kairon::install {

/// The executables and links in an installed folder of hooks: git runs a commit unchecked, without
/// a word, when a hook is missing, is not executable, or when the folder is gone.
[[nodiscard]] std::vector<report::Diagnosis> diagnose_hooks_folder(const std::string& hooks_folder);

/// Whether every work tree and submodule of the repository in `folder` finds its hooks in
/// `hooks_folder`, whether the earlier hooks are still there, and how git compares workflow files. Throws
/// Error(environment) when there is no repository.
[[nodiscard]] std::vector<report::Diagnosis> diagnose_repository(const std::string& folder,
                                                                 const std::string& hooks_folder);

/// The user's global core.hooksPath.
[[nodiscard]] std::vector<report::Diagnosis> diagnose_global(const std::string& hooks_folder);

}  // namespace kairon::install
