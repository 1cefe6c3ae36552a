#include "base/format.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "workflow/workflow.h"

namespace kairon::lint {
namespace node_switch_fallback {
namespace {

bool has_fallback(const workflow::Node& node) {
  const json::Value v3 = node.parameters["options"]["fallbackOutput"];
  const json::Value older = node.parameters["fallbackOutput"];
  if (node.version < 3) return older.is_string() || older.number(-1) >= 0;
  return v3.is_number() || (v3.is_string() && v3.string() != "none");
}

void check(const WorkflowInput& input, Reporter& report) {
  for (const workflow::Node& node : input.workflow.nodes()) {
    if (!node.is_base("switch") || node.disabled) continue;
    if (node.parameters["mode"].string() == "expression" || has_fallback(node)) continue;
    report.at(node.json["name"], &node, kairon::format("'{}' drops every item that its rules do not take", node.name),
              "set options.fallbackOutput to \"extra\" and connect the extra output");
  }
}

}  // namespace

}  // namespace node_switch_fallback

extern const WorkflowRule kNodeSwitchFallback = {
    {"node/switch-fallback", Severity::warning, Scope::kairon_only,
     "has a Switch in rules mode without a fallback output",
     "An item that matches no rule leaves such a Switch nowhere: the run ends as a success and the event is gone. "
     "(fallbackOutput: none is n8n's default.)",
     "Set the fallback output to \"extra\" and handle what arrives there, if only by logging it."},
    node_switch_fallback::check};

}  // namespace kairon::lint
