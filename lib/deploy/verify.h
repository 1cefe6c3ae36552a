#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "n8n/api.h"
#include "n8n/content.h"
#include "n8n/tree.h"

namespace kairon::deploy {

/// The path that n8n serves a webhook under, with something in the place of its parameters.
[[nodiscard]] std::string probe_path(const n8n::Webhook& hook);

/// The methods that n8n has registered for `path`; nothing when it does not say, or when each method
/// may run a workflow (Api::may_run), because then none is sent. The API key is not sent.
[[nodiscard]] std::optional<std::vector<std::string>> registered_methods(n8n::Api& api, const std::string& path);

/// Is `path` registered, for some of `methods`? Asked like registered_methods().
enum class Probe { registered, absent, unknown };
[[nodiscard]] Probe probe_webhook(n8n::Api& api, const std::string& path, const std::vector<std::string>& methods);

/// Checks that each webhook with a literal path of a published workflow is registered; waits for it
/// during Patience::webhooks.
[[nodiscard]] Result<void> check_webhooks_live(n8n::Api& api, const n8n::Tree& sent);

/// Reads a workflow back and checks that it is what was sent: the nodes and connections, the active
/// flag, `nodes == activeVersion.nodes` (n8n can run other code than it shows), and that each
/// webhook with a literal path is registered. Returns what was read.
[[nodiscard]] Result<n8n::Tree> verify_workflow(n8n::Api& api, const std::string& id, const n8n::Tree& sent,
                                                bool active);

}  // namespace kairon::deploy
