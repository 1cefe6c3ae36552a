#include <vector>

#include "base/format.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "workflow/ports.h"
#include "workflow/workflow.h"

namespace kairon::lint {
namespace connection_merge_input {
namespace {

void check(const WorkflowInput& input, Reporter& report) {
  const workflow::Workflow& flow = input.workflow;
  for (const workflow::Node& node : flow.nodes()) {
    const auto inputs = workflow::main_inputs(node);
    if (!node.is_base("merge") || node.disabled || !inputs || !flow.reachable()[node.index]) continue;
    std::vector<bool> wired(*inputs);
    for (const std::size_t index : flow.incoming(node.index)) {
      const workflow::Edge& edge = flow.edges()[index];
      if (edge.is_main() && edge.input < *inputs) wired[edge.input] = true;
    }
    for (std::size_t i = 0; i < *inputs; ++i) {
      if (wired[i]) continue;
      report.at(node.json["name"], &node,
                kairon::format("input {} of '{}' is declared ({} inputs) but nothing is connected to it", i, node.name,
                               *inputs),
                "connect it, or lower numberInputs");
    }
  }
}

}  // namespace

}  // namespace connection_merge_input

extern const WorkflowRule kConnectionMergeInput = {
    {"connection/merge-input", Severity::warning, Scope::always, "leaves a declared input of a Merge unconnected",
     "A Merge combines what its inputs bring (two, or numberInputs). An input without a connection stays empty for "
     "ever: "
     "combinations by position or by field then yield nothing or only one side, and a branch that was meant to arrive "
     "is "
     "missing.",
     "Connect the input, lower numberInputs, or remove a Merge that has one input only."},
    connection_merge_input::check};

}  // namespace kairon::lint
