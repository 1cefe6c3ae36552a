#pragma once
#include <map>
#include <string>
#include <string_view>

#include "n8n/tree.h"
#include "repository/content.h"

namespace kairon::deploy {

/// Seven digits that identify a smoke test case with recorded answers. The id of its message begins with "91" and
/// them, 19 digits in all, so that a mock anywhere in what the message causes can tell which case is running.
[[nodiscard]] std::string case_tag(std::string_view test_name);

/// "Workflow/Node" -> {tag: entries}: the recorded answers (`mocks`) of all cases of the content, as mock_code() takes
/// them. Files and cases that cannot be read are left out: the smoke tests complain about them.
[[nodiscard]] std::map<std::string, n8n::Tree> recorded_answers(const repository::DeployContent& content);

/// JavaScript that answers a node and returns: for the case whose message id occurs in the node's input or in what the
/// workflow was started with, the items of its entry for this run. It goes on when the case has none. An entry is
/// {"items": [json]}, {"outputs": [[json], ...]} or {"error": text}; one with "when" counts only when that text occurs
/// in the input. `triggers`: names of the nodes that start the workflow.
[[nodiscard]] std::string replay_code(const n8n::Tree& recorded, const n8n::Tree& triggers);

}  // namespace kairon::deploy
