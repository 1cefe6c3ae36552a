#include "lint/reporter.h"
#include "lint/rule.h"
#include "workflow/workflow.h"

namespace kairon::lint {
namespace workflow_static_data {
namespace {

void check(const WorkflowInput& input, Reporter& report) {
  const json::Value data = input.workflow.root()["staticData"];
  const bool filled =
      (data.is_object() && !data.empty()) || (data.is_string() && !data.string().empty() && data.string() != "{}");
  if (!filled) return;
  report.at(data.key_value(), nullptr, "staticData of a running instance is committed with the workflow",
            "set it to null; `kairon fix --write` does so");
}

}  // namespace

}  // namespace workflow_static_data

extern const WorkflowRule kWorkflowStaticData = {
    {"workflow/static-data", Severity::warning, Scope::always, "holds staticData",
     "staticData is the memory of one instance (last poll time, cursors, whatever code put there, tokens included). "
     "Deployed elsewhere it makes a poller skip or repeat what came in between.",
     "Set staticData to null in the file; the instance keeps its own."},
    workflow_static_data::check};

}  // namespace kairon::lint
