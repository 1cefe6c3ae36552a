#pragma once
#include <string>

#include "base/error.h"
#include "git/source.h"

namespace kairon::gate {

struct HookCall;

/// Returns all of stdin, as git wrote it.
[[nodiscard]] std::string read_push_lines();

/// Judges the refs on stdin: workflows and migrations of every pushed tip,
/// secrets and pinData in every commit that is new to the remote, the migration trial, and for the
/// deploy branch the deployment. `call.argv` is remote name and url, `call.input` the lines.
[[nodiscard]] ExitCode gate_push(git::GitSource& source, const HookCall& call);

}  // namespace kairon::gate
