#include <unordered_set>

#include "base/format.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "workflow/workflow.h"

namespace kairon::lint {
namespace {

void check(const WorkflowInput& input, Reporter& report) {
  std::unordered_set<std::string_view> seen;
  for (const workflow::Node& node : input.workflow.nodes()) {
    if (node.name.empty() || seen.insert(node.name).second) continue;
    report.at(node.json["name"], &node,
              kairon::format("a second node is named '{}': n8n keeps only the last", node.name),
              "rename one of them, or remove the copy");
  }
}

}  // namespace

extern const WorkflowRule kNodeDuplicateName = {
    {"node/duplicate-name", Severity::error, Scope::always, "two nodes of one workflow share a name",
     "n8n keys nodes by name (Workflow.setNodes of n8n-workflow): the last one wins, the other never runs, and no "
     "error "
     "is shown. Connections and $('name') then mean whichever came last.",
     "Give each node a name of its own, and check which of them the connections mean."},
    check};

}  // namespace kairon::lint
