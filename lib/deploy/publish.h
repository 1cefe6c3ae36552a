#pragma once
#include <functional>

#include "base/result.h"
#include "deploy/plan.h"
#include "n8n/api.h"

namespace kairon::deploy {

/// Carries out a plan on n8n 2.x in two steps. First everything is stored as drafts and read back; what
/// is published stays as it is. Then all of it is published, callees first, with nothing in between, and
/// looked at. Settings of a published workflow act at once, so they belong to the second step. Stops at
/// the first failure; undoing is roll_back()'s part. A server without drafts fails with api.drafts()
/// false, and no published workflow was changed. `done` is called after each step that changed
/// something. Throws Error(interrupted).
[[nodiscard]] Result<void> publish_plan(n8n::Api& api, Plan& plan, const std::function<void(const Step&)>& done);

}  // namespace kairon::deploy
