#pragma once
#include <optional>

#include "deploy/plan.h"

namespace kairon::deploy {

/// Fills in what a step changes on the server's `remote`, the draft and what n8n runs of it alike.
/// `wanted` is the canonical form of the file's version. Returns the problem when somebody edited the
/// workflow on the server.
[[nodiscard]] std::optional<Problem> compare_step(Step& step, const n8n::Tree& remote, n8n::Tree wanted,
                                                  const PlanInput& input);

}  // namespace kairon::deploy
