#include <vector>

#include "base/format.h"
#include "base/text.h"
#include "catalogue/parameters.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "workflow/workflow.h"

namespace kairon::lint {
namespace node_unknown_type {
namespace {

using catalogue::Match;

std::string suggestion(const catalogue::Catalogue& catalogue, std::string_view type) {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < catalogue.type_count(); ++i) names.push_back(catalogue.type(i).name());
  const std::string_view near = text::nearest(type, names);
  if (!near.empty()) return format("did you mean '{}'?", near);
  return format("choose a node that n8n {} has, or `kairon catalogue update` when yours is newer", catalogue.version());
}

/// A node of a community package.
void report_foreign(const catalogue::Community& community, const workflow::Node& node, Reporter& report) {
  const json::Value where = node.json["type"];
  const catalogue::CommunityPackage* package = community.package_of(node.type);
  if (package == nullptr) {
    const std::string_view name = node.type.substr(0, node.type.rfind('.'));
    report.at(where, &node, format("'{}' is not a node of n8n itself", node.type),
              format("make sure that its package is installed wherever this workflow runs; `kairon catalogue update "
                     "--community {}` makes its nodes known",
                     name),
              Severity::warning);
  } else if (package->complete && !package->has(node.type)) {
    const std::vector<std::string_view> names(package->types.begin(), package->types.end());
    const std::string_view near = text::nearest(node.type, names);
    report.at(where, &node, format("{} {} has no node type '{}'", package->name, package->version, node.type),
              near.empty() ? std::string("choose a node that the package has") : format("did you mean '{}'?", near));
  }
}

void check(const WorkflowInput& input, Reporter& report) {
  for (const workflow::Node& node : input.workflow.nodes()) {
    if (node.type.empty()) continue;
    const Match found = catalogue::match(*input.catalogue, node.type, catalogue::version_of(node.json));
    const json::Value where = node.json["type"];
    if (found.kind == Match::Kind::no_tool) {
      report.at(where, &node,
                format("'{}': this version of {} cannot be used as a tool", node.type, found.type->name()),
                "use the node itself, or a tool node that does the same");
    } else if (found.kind == Match::Kind::unknown_type && node.is_core()) {
      // A catalogue made of one package says nothing of the others.
      if (!input.catalogue->covers(node.type.substr(0, node.type.find('.')))) continue;
      report.at(where, &node, format("n8n {} has no node type '{}'", input.catalogue->version(), node.type),
                suggestion(*input.catalogue, node.type));
    } else if (found.kind == Match::Kind::unknown_type) {
      report_foreign(input.catalogue->community(), node, report);
    }
  }
}

}  // namespace

}  // namespace node_unknown_type

extern const WorkflowRule kNodeUnknownType;
const WorkflowRule kNodeUnknownType{
    {"node/unknown-type", Severity::error, Scope::always,
     "uses a node type that is not in n8n's catalogue (a community package's: warning)",
     "n8n looks every node's type up before it runs a workflow (n8n-workflow, Workflow constructor); an unknown one "
     "refuses the whole run, even when the node is disabled or cannot be reached.",
     "Use a node that the target n8n has. A community package must be installed on every instance; `kairon catalogue "
     "update --community PACKAGE` makes its nodes known. When the n8n in use is newer than the catalogue: `kairon "
     "catalogue update`."},
    node_unknown_type::check,
    Needs::catalogue};

}  // namespace kairon::lint
