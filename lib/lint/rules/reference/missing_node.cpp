#include <vector>

#include "base/format.h"
#include "base/text.h"
#include "lint/code_report.h"

namespace kairon::lint {
namespace reference_missing_node {
namespace {

std::string suggestion(const workflow::Workflow& workflow, std::string_view name) {
  std::vector<std::string_view> names;
  for (const workflow::Node& node : workflow.nodes()) names.push_back(node.name);
  const std::string_view near = text::nearest(name, names);
  return near.empty() ? std::string("was the node renamed? Write its present name")
                      : format("did you mean '{}'?", near);
}

void check(const WorkflowInput& input, Reporter& report) {
  for (const workflow::NodeReference& reference : input.code.references()) {
    if (input.workflow.find(reference.name) != nullptr) continue;
    const workflow::CodePiece& piece = input.code.piece_of(reference);
    report_code(
        report, piece, reference.name_node.begin_offset(),
        format("'{}' refers to the node '{}', which this workflow does not have", piece.node->name, reference.name),
        suggestion(input.workflow, reference.name));
  }
}

}  // namespace

}  // namespace reference_missing_node

extern const WorkflowRule kReferenceMissingNode;
const WorkflowRule kReferenceMissingNode{{"reference/missing-node", Severity::error, Scope::always,
                                          "refers in an expression or code to a node that the workflow does not have",
                                          "`$('X')` of a node that is not there fails with `Referenced node doesn't "
                                          "exist` (n8n-workflow WorkflowDataProxy). n8n corrects "
                                          "references only when a node is renamed in its editor.",
                                          "Write the node's present name, byte for byte, emoji included."},
                                         reference_missing_node::check};

}  // namespace kairon::lint
