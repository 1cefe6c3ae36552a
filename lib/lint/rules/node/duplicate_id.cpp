#include <unordered_map>

#include "base/format.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "workflow/workflow.h"

namespace kairon::lint {
namespace node_duplicate_id {
namespace {

void check(const WorkflowInput& input, Reporter& report) {
  std::unordered_map<std::string_view, std::string_view> seen;
  for (const workflow::Node& node : input.workflow.nodes()) {
    const json::Value id = node.json["id"];
    if (id.string().empty()) continue;
    const auto [first, fresh] = seen.emplace(id.string(), node.name);
    if (!fresh) report.at(id, &node, kairon::format("the node's id is also that of '{}'", first->second));
  }
}

}  // namespace

}  // namespace node_duplicate_id

extern const WorkflowRule kNodeDuplicateId = {
    {"node/duplicate-id", Severity::info, Scope::always, "gives two nodes one id",
     "n8n runs such a workflow (nodes are keyed by name), but the editor and tools that compare versions take the two "
     "nodes for one.",
     "Copy and paste one of the nodes in the editor: the copy gets an id of its own."},
    node_duplicate_id::check};

}  // namespace kairon::lint
