#pragma once
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "n8n/tree.h"

namespace kairon::deploy {

struct TransformOptions {
  std::set<std::string> allowed_hosts;             ///< HTTP requests to these stay
  std::map<std::string, n8n::Tree> answers;        ///< "Workflow/Node" -> the repository's own answer
  std::map<std::string, n8n::Tree> recorded = {};  ///< "Workflow/Node" -> recorded_answers()
  std::string webhook_path;                        ///< for paths that are `$env.WEBHOOK_PATH`
};

/// The dev version of a workflow: triggers of the clock and the outside become webhooks that a test
/// can call, outward nodes become Code nodes (deploy/mocks.h) whose sub-nodes are left out, waits take
/// a second, executions are saved. Marked `meta.transformedForDev` (and in the notes of each changed
/// node, since the public API takes no meta). Deterministic; applying it twice changes nothing more.
void transform_for_dev(n8n::Tree& workflow, const TransformOptions& options);

/// "kairon-dev/<workflow>/<node>", the path of a trigger that became a webhook.
[[nodiscard]] std::string dev_path(std::string_view workflow, std::string_view node);

}  // namespace kairon::deploy
