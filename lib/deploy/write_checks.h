#pragma once
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "deploy/plan.h"
#include "n8n/api.h"

namespace kairon::deploy {

/// "'Store' could not be updated: something is wrong with it (HTTP 400)".
[[nodiscard]] Failure refused(const Step& step, std::string_view doing, const n8n::Reply& reply);

/// Deactivates the workflow of a step that retires it; of other steps does nothing. `doing`: what a refusal says could
/// not be done, "deactivated". `done`, when it is not empty, is called afterwards.
[[nodiscard]] Result<void> stop_retired(n8n::Api& api, const Step& step, std::string_view doing,
                                        const std::function<void(const Step&)>& done);

/// Deletes the workflow of a step that prunes it, deactivated first when it is active; else as stop_retired().
[[nodiscard]] Result<void> delete_pruned(n8n::Api& api, const Step& step, std::string_view doing,
                                         const std::function<void(const Step&)>& done);

/// Checks the credentials of a workflow as n8n stored it: n8n replaces them while it stores (N8N
/// contract, section 2). With a list of the server's credentials each id must be the one that was sent.
/// Without, n8n looks the names up by itself, and what it did not find keeps a null id.
[[nodiscard]] Result<void> check_credentials(const n8n::Tree& stored,
                                             const std::optional<std::vector<n8n::Credential>>& known);

}  // namespace kairon::deploy
