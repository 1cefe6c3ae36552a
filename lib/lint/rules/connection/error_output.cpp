#include <algorithm>

#include "base/format.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "workflow/ports.h"
#include "workflow/workflow.h"

namespace kairon::lint {
namespace connection_error_output {
namespace {

void check(const WorkflowInput& input, Reporter& report) {
  const workflow::Workflow& flow = input.workflow;
  for (const workflow::Node& node : flow.nodes()) {
    if (node.disabled || node.on_error != "continueErrorOutput" || !flow.reachable()[node.index]) continue;
    const auto error_output = workflow::natural_outputs(node);
    if (!error_output || flow.find(node.name) != &node) continue;
    const auto& outgoing = flow.outgoing(node.index);
    const bool wired = std::any_of(outgoing.begin(), outgoing.end(), [&](std::size_t index) {
      const workflow::Edge& edge = flow.edges()[index];
      return edge.is_main() && edge.output == *error_output;
    });
    if (wired) continue;
    report.at(node.json["onError"], &node,
              kairon::format("'{}' sends failures to its error output {}, which leads nowhere: they vanish", node.name,
                             *error_output),
              "connect the error output, or set onError to stopWorkflow or continueRegularOutput");
  }
}

}  // namespace

}  // namespace connection_error_output

extern const WorkflowRule kConnectionErrorOutput = {
    {"connection/error-output", Severity::warning, Scope::always,
     "sets onError to continueErrorOutput and leads the error output nowhere",
     "With continueErrorOutput n8n appends an output for failed items after the natural ones. When nothing is "
     "connected "
     "to it, failures disappear: the run counts as a success, and no error workflow is called.",
     "Connect the error output, or let the failure stop the run."},
    connection_error_output::check};

}  // namespace kairon::lint
