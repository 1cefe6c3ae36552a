#pragma once
#include <functional>

#include "base/result.h"
#include "deploy/plan.h"
#include "n8n/api.h"

namespace kairon::deploy {

/// Carries out a plan: webhooks that move are released, members of a cycle get their ids, then one
/// write per changed workflow, callees first, each verified; retired ones are deactivated, pruned
/// ones deleted last. Stops at the first failure with what n8n said; undoing is roll_back()'s part.
/// `done` is called after each step that changed something. Throws Error(interrupted).
[[nodiscard]] Result<void> carry_out_plan(n8n::Api& api, Plan& plan, const std::function<void(const Step&)>& done);

}  // namespace kairon::deploy
