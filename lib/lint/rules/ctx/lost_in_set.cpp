#include <algorithm>

#include "base/format.h"
#include "lint/reporter.h"
#include "lint/support/ctx.h"

namespace kairon::lint {
namespace ctx_lost_in_set {
namespace {

using workflow::Node;
using workflow::Workflow;

bool feeds_merge(const Workflow& workflow, const Node& node) {
  const auto& edges = workflow.outgoing(node.index);
  return std::any_of(edges.begin(), edges.end(), [&](std::size_t index) {
    const workflow::Edge& edge = workflow.edges()[index];
    return edge.to != workflow::kNoNode && workflow.nodes()[edge.to].is_base("merge");
  });
}

/// ctx is there before the node, so there is something to lose.
bool has_ctx_before(const Workflow& workflow, const CtxUse& use, const Node& node) {
  return std::any_of(workflow.nodes().begin(), workflow.nodes().end(), [&](const Node& other) {
    return other.index != node.index && workflow.is_ancestor(other.index, node.index) && use.exists_at(other);
  });
}

void check(const WorkflowInput& input, Reporter& report) {
  const CtxUse use(input);
  for (const Node& node : input.workflow.nodes()) {
    json::Value first;
    bool carries_event = false;
    for (const json::Value& name : assigned_names(node)) {
      const std::string_view text = name.string();
      // Who assigns the event by hand rebuilds ctx on purpose.
      carries_event = carries_event || text == "ctx" || text == "ctx.event" || text.starts_with("ctx.event.");
      if (!first && text.starts_with("ctx.")) first = name;
    }
    if (!first || carries_event || node.disabled || !drops_other_fields(node)) continue;
    if (feeds_merge(input.workflow, node) || !has_ctx_before(input.workflow, use, node)) continue;
    report.at(first, &node, format("'{}' assigns '{}' and drops the rest of ctx", node.name, first.string()),
              "switch on \"Include Other Input Fields\", or join the result with a Merge");
  }
}

}  // namespace

}  // namespace ctx_lost_in_set

extern const WorkflowRule kCtxLostInSet;
const WorkflowRule kCtxLostInSet{
    {"ctx/lost-in-set", Severity::warning, Scope::kairon_only,
     "assigns ctx.* in a Set without the other fields: the rest of ctx is lost",
     "Edit Fields gives only what it assigns unless includeOtherFields is on (n8n-nodes-base Set v3): ctx.event and "
     "all else that came in is gone after it.",
     "Switch on \"Include Other Input Fields\", or feed a Merge that brings ctx back."},
    ctx_lost_in_set::check};

}  // namespace kairon::lint
