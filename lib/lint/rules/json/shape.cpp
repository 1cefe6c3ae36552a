#include "lint/reporter.h"
#include "workflow/workflow.h"

namespace kairon::lint {
namespace json_shape {
namespace {

void check(const WorkflowInput& input, Reporter& report) {
  for (const workflow::ShapeProblem& problem : input.workflow.shape_problems()) {
    report.at(problem.where, nullptr, problem.message,
              "a workflow is {\"name\": ..., \"nodes\": [...], \"connections\": {...}}",
              problem.harmless ? std::optional(Severity::warning) : std::nullopt);
  }
}

}  // namespace

}  // namespace json_shape

extern const WorkflowRule kJsonShape;
const WorkflowRule kJsonShape{
    {"json/shape", Severity::error, Scope::always,
     "lacks `nodes` (named objects) or `connections` (a sticky note without a name: warning)",
     "n8n's import refuses a file whose nodes are not an array or whose connections are missing (packages/cli "
     "import:workflow), and a "
     "node without a name cannot be connected.",
     "Export the workflow from n8n again, or move files that are not workflows out of the workflow folder."},
    json_shape::check};

}  // namespace kairon::lint
