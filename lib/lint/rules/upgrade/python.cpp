#include "lint/support/upgrade.h"

namespace kairon::lint {
namespace upgrade_python {
namespace {

void check_python(const WorkflowInput& input, Reporter& report) {
  if (!crosses(input, 2)) return;
  for (const workflow::Node& node : input.workflow.nodes()) {
    const json::Value language = node.parameters["language"];
    if ((!node.is_base("code") && !node.is_langchain("toolCode")) || language.string() != "python") continue;
    report.at(
        language, &node,
        kairon::format("'{}' is Python of Pyodide: n8n 2 hands it to the native runner, where it fails", node.name),
        "set language to pythonNative; write _items or _item, and item[\"json\"][\"x\"] instead of dots");
  }
}

}  // namespace

}  // namespace upgrade_python

extern const WorkflowRule kUpgradePython;
const WorkflowRule kUpgradePython{
    {"upgrade/python", Severity::error, Scope::always,
     "runs Python code written for Pyodide, which n8n 2 does not have",
     "n8n 2.41 loads the value `python` without complaint and hands the text to the native Python runner. That runner "
     "has "
     "neither _input, _json and the other proxies nor access to items with dots, and imports only what its allow-list "
     "names.",
     "Rewrite the code for pythonNative, or in JavaScript."},
    upgrade_python::check_python,
    Needs::target};

}  // namespace kairon::lint
