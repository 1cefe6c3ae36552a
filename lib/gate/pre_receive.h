#pragma once
#include <string_view>

#include "base/error.h"
#include "git/source.h"

namespace kairon::gate {

/// What pre-receive decides on the server about the lines on its stdin: the judgement of pre-push, where every ref of
/// the repository is known. Nothing is deployed and no network is used.
[[nodiscard]] ExitCode gate_receive(git::GitSource& source, std::string_view lines);

}  // namespace kairon::gate
