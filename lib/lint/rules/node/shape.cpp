#include "base/format.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "workflow/workflow.h"

namespace kairon::lint {
namespace node_shape {
namespace {

void check_version(const workflow::Node& node, Reporter& report) {
  const json::Value version = node.json["typeVersion"];
  if (version.is_number()) return;
  report.at(version.present() ? version : node.json, &node,
            version.present() ? "typeVersion is not a number" : "the node has no typeVersion: n8n takes 1",
            "write the version that the node was made for", Severity::warning);
}

void check_position(const workflow::Node& node, Reporter& report) {
  const json::Value position = node.json["position"];
  if (position.is_array() && position.size() == 2 && position.at(0).is_number() && position.at(1).is_number()) return;
  report.at(position.present() ? position : node.json, &node,
            position.present() ? "position is not a pair of numbers" : "the node has no position", "write [x, y]",
            Severity::warning);
}

void check(const WorkflowInput& input, Reporter& report) {
  for (const workflow::Node& node : input.workflow.nodes()) {
    const json::Value type = node.json["type"];
    if (!type.is_string() || type.string().empty()) {
      report.at(type.present() ? type : node.json, &node,
                type.present() ? "the node's type is not a text" : "the node has no type", "write the full type name");
    }
    const json::Value parameters = node.json["parameters"];
    if (!parameters.is_object()) {
      report.at(parameters.present() ? parameters : node.json, &node,
                parameters.present() ? "parameters is not an object" : "the node has no parameters",
                "write \"parameters\": {}");
    }
    check_version(node, report);
    check_position(node, report);
  }
}

}  // namespace

}  // namespace node_shape

extern const WorkflowRule kNodeShape = {
    {"node/shape", Severity::error, Scope::always,
     "has a node whose type or parameters is missing or of the wrong type (typeVersion, position: warning)",
     "n8n reads type and parameters of every node while it loads the workflow: without them the load throws and "
     "nothing "
     "of the workflow runs. Without typeVersion it takes 1, often an old node with other parameters; without position "
     "the node lies on top of others in the editor.",
     "Export the workflow from n8n again, or add what is missing."},
    node_shape::check};

}  // namespace kairon::lint
