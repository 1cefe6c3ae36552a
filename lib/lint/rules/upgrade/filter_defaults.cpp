#include "lint/support/upgrade.h"

namespace kairon::lint {
namespace upgrade_filter_defaults {
namespace {

void check_filter_value(const workflow::Node& node, const json::Value& filter, Reporter& report) {
  if (!filter.is_object() || !filter["conditions"].is_array()) return;
  const bool options = filter["options"].is_object();
  const bool combinator = filter["combinator"].is_string();
  if (options && combinator) return;
  report.at(filter, &node,
            kairon::format("the filter of '{}' has no {}: n8n 2 fills it in, so that the node decides otherwise",
                           node.name, options ? "combinator" : "options"),
            filter["options"].present() == options && filter["combinator"].present() == combinator
                ? "write both; `kairon fix --target 2` writes what n8n 2 fills in"
                : "write both");
}

void check_filter_defaults(const WorkflowInput& input, Reporter& report) {
  if (!crosses(input, 2)) return;
  for (const workflow::Node& node : input.workflow.nodes()) {
    if ((node.is_base("if") || node.is_base("filter")) && node.version >= 2)
      check_filter_value(node, node.parameters["conditions"], report);
    if (node.is_base("switch") && node.version >= 3)
      for (const json::Value rule : node.parameters["rules"]["values"])
        check_filter_value(node, rule["conditions"], report);
  }
}

}  // namespace

}  // namespace upgrade_filter_defaults

extern const WorkflowRule kUpgradeFilterDefaults;
const WorkflowRule kUpgradeFilterDefaults{
    {"upgrade/filter-defaults", Severity::error, Scope::always,
     "has a filter without options or combinator, which decides otherwise in n8n 2",
     "1.123 fails without options and takes a filter without combinator as true. 2.x fills in: combinator and, "
     "case-sensitive, strict, version 1 (both executed).",
     "Write options and combinator."},
    upgrade_filter_defaults::check_filter_defaults,
    Needs::target};

}  // namespace kairon::lint
