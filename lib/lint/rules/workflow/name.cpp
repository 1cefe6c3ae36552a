#include "base/format.h"
#include "base/text.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "workflow/workflow.h"

namespace kairon::lint {
namespace workflow_name {
namespace {

void check(const WorkflowInput& input, Reporter& report) {
  const json::Value root = input.workflow.root();
  const std::string_view name = input.workflow.name();
  const std::string_view stem = input.workflow.stem();
  if (text::trim(name).empty()) {
    report.at(root["name"].present() ? root["name"] : root, nullptr,
              root["name"].present() ? "the workflow's name is empty" : "the workflow has no name",
              kairon::format("set \"name\": \"{}\"", stem));
  } else if (name != stem) {
    report.at(root["name"], nullptr, kairon::format("the workflow is named '{}', its file '{}'", name, stem),
              "give both the same name: calls and reports go by the workflow's", Severity::warning);
  }
}

}  // namespace

}  // namespace workflow_name

extern const WorkflowRule kWorkflowName = {
    {"workflow/name", Severity::error, Scope::n8n_defaults_only,
     "has no name or an empty one; or (warning) another one than its file",
     "n8n's import and its public API refuse a workflow whose name is null or missing (the API lists name among the "
     "required properties, the database column takes 1 to 128 characters), and one such file aborts a whole "
     "`n8n import:workflow` batch.",
     "Give the workflow a name; sub-workflows are called by it."},
    workflow_name::check};

}  // namespace kairon::lint
