#pragma once
#include <string>
#include <vector>

#include "base/error.h"
#include "base/process.h"

namespace kairon {

/// Runs `kairon ARGUMENTS` next to this executable (the installed one, else the build's, else PATH)
/// with our streams and environment: the hooks link no database and no HTTP client, so these stages
/// run there. After a signal it waits until the child has cleaned up after itself (a deployment
/// rolls back), then throws Error(interrupted). Throws Error(environment) when there is no such program.
/// With a `title`, a line at least every 10 s says that it goes on where no terminal shows it.
[[nodiscard]] ExitCode run_kairon(const std::vector<std::string>& arguments, const std::string& title = {});

/// Runs `kairon ARGUMENTS` likewise and returns its status and what it printed, instead of showing it. A
/// terminal sees `title` and the time meanwhile.
[[nodiscard]] process::Outcome ask_kairon(const std::vector<std::string>& arguments, const std::string& title);

/// True in a child of run_kairon().
[[nodiscard]] bool is_stage_child();

}  // namespace kairon
