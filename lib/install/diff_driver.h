#pragma once
#include <string>
#include <vector>

#include "install/hooks.h"
#include "report/diagnosis.h"

namespace kairon::install {

/// Lets `git diff`, `git log -p` and `git show` compare workflow files node by node, in the repository that
/// `folder` lies in: a diff driver in its configuration, the patterns in its info/attributes. Nothing is
/// written into the work tree. `kairon` is the program's absolute path; `patterns` are globs from the
/// repository's top. Done twice it changes nothing.
[[nodiscard]] HookChange install_diff_driver(const std::string& folder, const std::string& kairon,
                                             const std::vector<std::string>& patterns);

/// Takes the driver away again. Returns a change without an action when there was none.
[[nodiscard]] HookChange uninstall_diff_driver(const std::string& folder);

/// Says whether git compares the repository's workflow files node by node. Fails when the configured program is
/// gone, because `git diff` then dies; warns when only one half of the driver is there.
[[nodiscard]] report::Diagnosis diagnose_diff_driver(const std::string& folder);

}  // namespace kairon::install
