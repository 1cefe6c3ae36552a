#include <map>
#include <set>

#include "base/format.h"
#include "base/text.h"
#include "lint/reporter.h"
#include "workflow/code.h"

namespace kairon::lint {
namespace code_too_many_references {
namespace {

/// Nodes whose very job is to bring data back together.
bool may_refer_to_one(std::string_view name) {
  for (const std::string_view prefix : {"Restore", "Merge", "Prepare", "Build", "Assem", "Wrap"}) {
    if (name.starts_with(prefix)) return true;
  }
  return false;
}

void check(const WorkflowInput& input, Reporter& report) {
  std::map<const workflow::Node*, std::set<std::string>> named;
  for (const workflow::NodeReference& reference : input.code.references()) {
    const workflow::Node* reader = input.code.piece_of(reference).node;
    if (reference.name != reader->name) named[reader].insert(reference.name);
  }
  for (const workflow::Node& node : input.workflow.nodes()) {
    const auto hit = named.find(&node);
    if (hit == named.end()) continue;
    const bool logic = node.is_base("if") || node.is_base("switch") || node.is_base("filter");
    const std::size_t allowed = node.is_base("code") || may_refer_to_one(node.name) ? 1 : 0;
    if ((!logic && !node.is_base("code")) || hit->second.size() <= allowed) continue;
    report.at(node.json["name"], &node,
              format("'{}' reads from {}", node.name, text::counted(hit->second.size(), "other node")),
              "let the data come along in ctx, so that a change upstream cannot break it from afar");
  }
}

}  // namespace

}  // namespace code_too_many_references

extern const WorkflowRule kCodeTooManyReferences;
const WorkflowRule kCodeTooManyReferences{
    {"code/too-many-references", Severity::warning, Scope::kairon_only,
     "refers in a Code node to more than one other node, or in a logic node to any",
     "Every `$('Node')` is a tie to another place that a rename or a new branch "
     "breaks. Advice, not a gate: a reference is often the "
     "right repair.",
     "Carry the value in ctx, or suppress it on the node with a reason."},
    code_too_many_references::check};

}  // namespace kairon::lint
