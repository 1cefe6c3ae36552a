#pragma once
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"

namespace kairon {

/// argv without the program's name.
[[nodiscard]] std::vector<std::string> arguments(int argc, char** argv);

/// Runs a main's body with signals installed, turns every exception into a message on stderr
/// ("kairon: error: ..." and "help: ...") and an exit code. Anything unexpected is
/// ExitCode::environment: a gate that could not run never reports success, nor does one whose result
/// did not reach its reader. Standard streams that are closed become /dev/null first.
[[nodiscard]] int guarded(const std::function<ExitCode()>& body) noexcept;

/// The suite's version, "0.1.0".
[[nodiscard]] std::string_view version();

}  // namespace kairon
