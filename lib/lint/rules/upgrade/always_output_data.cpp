#include "lint/support/upgrade.h"
#include "workflow/ports.h"

namespace kairon::lint {
namespace upgrade_always_output_data {
namespace {

void check_always_output_data(const WorkflowInput& input, Reporter& report) {
  if (!crosses(input, 3)) return;
  for (const workflow::Node& node : input.workflow.nodes()) {
    const auto outputs = workflow::main_outputs(node);
    if (!node.json["alwaysOutputData"].boolean() || !outputs || *outputs < 2) continue;
    report.at(
        node.json["alwaysOutputData"], &node,
        kairon::format("'{}' always outputs data and has {} outputs: n8n 3 is announced to add the empty item only "
                       "when all are empty",
                       node.name, *outputs),
        "switch the option off where the first output leads nowhere; else test both branches");
  }
}

}  // namespace

}  // namespace upgrade_always_output_data

extern const WorkflowRule kUpgradeAlwaysOutputData;
const WorkflowRule kUpgradeAlwaysOutputData{
    {"upgrade/always-output-data", Severity::warning, Scope::always,
     "uses Always Output Data, whose meaning changes, on a node with several outputs",
     "Up to 2.41 the first output gets an empty item when it has none, although another output has data, so that both "
     "branches of an If run. 3.0 is announced to add it only when all outputs are empty.",
     "Switch the option off, or make the branches safe for the empty item."},
    upgrade_always_output_data::check_always_output_data,
    Needs::target};

}  // namespace kairon::lint
