#pragma once
#include <string>
#include <vector>

#include "install/hooks.h"
#include "report/diagnosis.h"

namespace kairon::install {

/// PREFIX/libexec/kairon/server/pre-receive next to the running `kairon`. Throws Error(environment) when it is not
/// there.
[[nodiscard]] std::string installed_receive_program();

/// Puts a link to `program` in the place of the pre-receive hook of the repository in `folder`. A hook that stood there
/// is kept next to it and runs after the gate. Done twice it changes nothing. Throws Error(environment) when the file
/// system refuses, Error(usage) when core.hooksPath is the gate's own folder.
[[nodiscard]] HookChange install_server_hook(const std::string& folder, const std::string& program);

/// Takes the link away and puts back what stood there. The action is empty when there was no link.
[[nodiscard]] HookChange uninstall_server_hook(const std::string& folder);

/// How the pre-receive hook of the repository in `folder` stands; nothing when it is not the gate's.
[[nodiscard]] std::vector<report::Diagnosis> diagnose_server_hook(const std::string& folder);

}  // namespace kairon::install
