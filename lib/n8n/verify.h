#pragma once
#include <string>

#include "base/result.h"
#include "n8n/api.h"
#include "n8n/tree.h"

namespace kairon::n8n {

/// Is `path`+`method` of an active webhook registered? Asked with a method that the webhook does
/// not serve, so nothing runs. The API key is not sent.
enum class Probe { registered, absent, unknown };
[[nodiscard]] Probe probe_webhook(Api& api, const std::string& path, const std::vector<std::string>& methods);

/// Reads a workflow back and checks that it is what was sent: the nodes and connections, the active
/// flag, `nodes == activeVersion.nodes` (n8n can run other code than it shows), and that each
/// webhook with a literal path is registered. Returns what was read.
[[nodiscard]] Result<Tree> verify_workflow(Api& api, const std::string& id, const Tree& sent, bool active);

}  // namespace kairon::n8n
