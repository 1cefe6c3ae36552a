#include <optional>
#include <unordered_map>

#include "base/format.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "workflow/workflow.h"

namespace kairon::lint {
namespace node_duplicate_name {
namespace {

void check(const WorkflowInput& input, Reporter& report) {
  std::unordered_map<std::string_view, const workflow::Node*> seen;
  for (const workflow::Node& node : input.workflow.nodes()) {
    if (node.name.empty()) continue;
    const auto [first, is_new] = seen.try_emplace(node.name, &node);
    if (is_new) continue;
    // Sticky notes never run: whichever n8n keeps, the run is the same.
    const bool notes = node.is_sticky_note() && first->second->is_sticky_note();
    report.at(node.json["name"], &node,
              kairon::format("a second node is named '{}': n8n keeps only the last", node.name),
              "rename one of them, or remove the copy", notes ? std::optional(Severity::warning) : std::nullopt);
  }
}

}  // namespace

}  // namespace node_duplicate_name

extern const WorkflowRule kNodeDuplicateName = {
    {"node/duplicate-name", Severity::error, Scope::always, "gives two nodes one name (sticky notes: warning)",
     "n8n keys nodes by name (Workflow.setNodes of n8n-workflow): the last one wins, the other never runs, and no "
     "error "
     "is shown. Connections and $('name') then mean whichever came last.",
     "Give each node a name of its own, and check which of them the connections mean."},
    node_duplicate_name::check};

}  // namespace kairon::lint
