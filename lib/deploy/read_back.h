#pragma once
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "n8n/api.h"
#include "n8n/tree.h"

namespace kairon::deploy {

/// The workflows of these ids as the server has them now, by id; absent ones are left out. One request
/// for one id, the list for more. Throws Error(environment) when the server cannot be read.
[[nodiscard]] std::map<std::string, n8n::Tree> read_back(n8n::Api& api, const std::vector<std::string>& ids);

/// Keeps n8n's answer to a PUT in `found`: n8n reads the workflow anew after it stored it. Only where that is the last
/// thing it does: the answer about an active workflow of 1.x comes from before the new version runs.
void keep_answer(n8n::Reply reply, std::map<std::string, n8n::Tree>& found);

/// Checks that `there`, as n8n has it, means the same as what was sent.
[[nodiscard]] Result<void> check_stored(const n8n::Tree& there, const n8n::Tree& sent);

/// check_stored(), and that n8n 2.x runs it (`active`), with its webhooks registered, or does not.
[[nodiscard]] Result<void> check_published(n8n::Api& api, const n8n::Tree& there, const n8n::Tree& sent, bool active);

}  // namespace kairon::deploy
