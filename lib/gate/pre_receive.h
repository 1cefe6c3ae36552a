#pragma once
#include <string_view>

#include "base/error.h"
#include "git/source.h"

namespace kairon::gate {

/// Judges the lines on stdin on the server, as pre-push does; every ref of the repository counts as known. Nothing is
/// deployed and no network is used.
[[nodiscard]] ExitCode gate_receive(git::GitSource& source, std::string_view lines);

}  // namespace kairon::gate
