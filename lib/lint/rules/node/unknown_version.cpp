#include <algorithm>
#include <string>
#include <vector>

#include "base/format.h"
#include "catalogue/parameters.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "workflow/workflow.h"

namespace kairon::lint {
namespace node_unknown_version {
namespace {

using catalogue::Match;

std::string known_versions(const catalogue::Type& type) {
  std::vector<double> versions;
  for (std::size_t i = 0; i < type.size(); ++i)
    for (std::size_t j = 0; j < type.at(i).version_count(); ++j) versions.push_back(type.at(i).version(j));
  std::sort(versions.begin(), versions.end());
  std::string list;
  for (const double version : versions) list += format("{}{}", list.empty() ? "" : ", ", version);
  return list;
}

void check(const WorkflowInput& input, Reporter& report) {
  for (const workflow::Node& node : input.workflow.nodes()) {
    const auto version = catalogue::version_of(node.json);
    const Match found = catalogue::match(*input.catalogue, node.type, version);
    if (found.kind != Match::Kind::unknown_version || !version) continue;
    report.at(node.json["typeVersion"], &node,
              format("n8n {} has no version {} of {}", input.catalogue->version(), *version, found.type->name()),
              format("it has {}; `kairon catalogue update` when your n8n is newer", known_versions(*found.type)));
  }
}

}  // namespace

}  // namespace node_unknown_version

extern const WorkflowRule kNodeUnknownVersion;
const WorkflowRule kNodeUnknownVersion{
    {"node/unknown-version", Severity::error, Scope::always,
     "uses a typeVersion that the target n8n does not have, where n8n enforces the versions of the type",
     "A type that n8n versions (class VersionedNodeType) has no code for other numbers: the whole run is refused, even "
     "when the node is disabled or cannot be reached. Types that are not versioned load with any number.",
     "Use a version that the target n8n has, or update that n8n first. When the catalogue is older than the n8n in "
     "use: "
     "`kairon catalogue update`."},
    node_unknown_version::check,
    Needs::catalogue};

}  // namespace kairon::lint
