#include <algorithm>
#include <array>
#include <optional>

#include "base/format.h"
#include "base/text.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "workflow/workflow.h"

namespace kairon::lint {
namespace node_restricted_name {
namespace {

/// Workflow.renameNode of n8n-workflow 1.123.
constexpr std::array<std::string_view, 13> kRestricted = {
    "hasOwnProperty",  "isPrototypeOf",    "propertyIsEnumerable", "toLocaleString",
    "toString",        "valueOf",          "constructor",          "prototype",
    "__proto__",       "__defineGetter__", "__defineSetter__",     "__lookupGetter__",
    "__lookupSetter__"};

void check(const WorkflowInput& input, Reporter& report) {
  for (const workflow::Node& node : input.workflow.nodes()) {
    const auto match = std::find_if(kRestricted.begin(), kRestricted.end(),
                                    [&](std::string_view name) { return text::equal_ignoring_case(name, node.name); });
    if (match == kRestricted.end()) continue;
    const bool exact = *match == node.name;
    report.at(node.json["name"], &node,
              exact ? kairon::format(
                          "'{}' is a property that every JavaScript object has: n8n finds that instead of the node",
                          node.name)
                    : kairon::format("n8n's editor refuses the node name '{}'", node.name),
              "rename the node", exact ? std::nullopt : std::optional(Severity::warning));
  }
}

}  // namespace

}  // namespace node_restricted_name

extern const WorkflowRule kNodeRestrictedName = {
    {"node/restricted-name", Severity::error, Scope::always,
     "names a node like a property of every JavaScript object (constructor, __proto__, toString ...)",
     "n8n looks nodes and connections up in plain objects by name; such a name finds the inherited property instead of "
     "the node. Workflow.renameNode of n8n-workflow therefore refuses 13 names, in any case; an import does not.",
     "Rename the node and everything that refers to it."},
    node_restricted_name::check};

}  // namespace kairon::lint
