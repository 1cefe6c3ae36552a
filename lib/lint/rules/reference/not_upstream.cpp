#include <algorithm>

#include "base/format.h"
#include "js/scope.h"
#include "lint/code_report.h"

namespace kairon::lint {
namespace reference_not_upstream {
namespace {

using js::Kind;
using workflow::CodePiece;
using workflow::NodeIndex;
using workflow::NodeReference;
using workflow::Workflow;

/// Strictest first.
enum class Reading { paired, direct, harmless };

Reading reading_of(const js::Node& member) {
  const std::string name = js::property_name(member).value_or("");
  if (name == "item" || name == "itemMatching" || name == "pairedItem") return Reading::paired;
  return name == "first" || name == "last" || name == "all" ? Reading::direct : Reading::harmless;
}

/// How the reference takes the other node's data: by pairing, by position, or not at all (.params,
/// .isExecuted). Behind `const x = $('X')` the uses of the name count, the strictest of them.
Reading reading_of(const CodePiece& piece, const NodeReference& reference) {
  if (reference.form == NodeReference::Form::node) return Reading::paired;
  if (reference.form == NodeReference::Form::items) return Reading::direct;
  const js::Node up = reference.access.parent();
  const js::Scope& scope = piece.script.scope();
  const js::Node name = up.is(Kind::variable_declarator) ? up.child(js::Field::name) : js::Node();
  const js::Binding* binding = name.is(Kind::identifier) ? scope.binding_of(name) : nullptr;
  if (binding == nullptr || scope.is_written(*binding)) return reading_of(up);
  Reading strictest = Reading::harmless;
  for (const js::Node& use : scope.uses_of(*binding)) strictest = std::min(strictest, reading_of(use.parent()));
  return strictest;
}

/// `$('X').isExecuted` in the same piece: the author knows that X may not have run.
bool asks_whether_executed(const WorkflowInput& input, const NodeReference& reference) {
  const auto& references = input.code.references();
  return std::any_of(references.begin(), references.end(), [&](const NodeReference& other) {
    return other.piece == reference.piece && other.name == reference.name &&
           js::property_name(other.access.parent()) == "isExecuted";
  });
}

/// A sub-node runs where its root does.
bool before(const Workflow& workflow, NodeIndex first, NodeIndex second) {
  const auto roots = workflow.roots_of(first);
  return std::any_of(roots.begin(), roots.end(), [&](NodeIndex root) { return workflow.is_ancestor(root, second); });
}

bool one_trigger_reaches_both(const Workflow& workflow, NodeIndex a, NodeIndex b) {
  const auto reaches = [&](NodeIndex trigger, NodeIndex node) {
    return trigger == node || workflow.is_ancestor(trigger, node);
  };
  return std::any_of(workflow.nodes().begin(), workflow.nodes().end(), [&](const workflow::Node& node) {
    return node.is_trigger() && reaches(node.index, a) && reaches(node.index, b);
  });
}

void judge(const WorkflowInput& input, const NodeReference& reference, Reporter& report) {
  const CodePiece& piece = input.code.piece_of(reference);
  const Workflow& workflow = input.workflow;
  const workflow::Node* other = workflow.find(reference.name);
  const workflow::Node& reader = *piece.node;
  const Reading reading = reading_of(piece, reference);
  if (other == nullptr || other == &reader || reading == Reading::harmless || reader.disabled) return;
  if (!workflow.reachable()[reader.index] || before(workflow, other->index, reader.index)) return;
  if (js::is_in_try_block(reference.access) || asks_whether_executed(input, reference)) return;
  const bool downstream = before(workflow, reader.index, other->index);
  const bool apart = !one_trigger_reaches_both(workflow, other->index, reader.index);
  const bool certain = reading == Reading::paired || downstream || apart;
  const std::string reason = downstream ? "which runs only after it" : "which does not run before it";
  report_code(report, piece, reference.access.begin_offset(),
              format("'{}' reads from '{}', {}", reader.name, other->name, reason),
              "read from a node on every path to this one, or test $('...').isExecuted first",
              certain ? Severity::error : Severity::warning);
}

void check(const WorkflowInput& input, Reporter& report) {
  for (const NodeReference& reference : input.code.references()) judge(input, reference, report);
}

}  // namespace

}  // namespace reference_not_upstream

extern const WorkflowRule kReferenceNotUpstream;
const WorkflowRule kReferenceNotUpstream{
    {"reference/not-upstream", Severity::error, Scope::always,
     "reads the data of a node that does not run before the reader",
     "`.item`, `.itemMatching` and `$node[X]` follow the pairing back and throw without a path (n8n-workflow "
     "WorkflowDataProxy); "
     "`.first()`, `.last()` and `.all()` throw when the other node has not run in this execution.",
     "Read from a node upstream, or test `$('X').isExecuted` before."},
    reference_not_upstream::check};

}  // namespace kairon::lint
