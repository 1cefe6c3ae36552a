#include "base/format.h"
#include "lint/code_report.h"
#include "lint/support/ctx.h"

namespace kairon::lint {
namespace ctx_flat_check {
namespace {

void check(const WorkflowInput& input, Reporter& report) {
  const CtxUse use(input);
  for (const workflow::CodePiece& piece : input.code.pieces()) {
    const workflow::Node& node = *piece.node;
    if (!node.is_base("if") || !use.exists_at(node) || fed_by_replacing_node(input.workflow, node)) continue;
    for (const FlatRead& read : flat_reads(piece, FlatRoute::input)) {
      if (read.field != "valid") continue;
      report_code(report, piece, read.access.begin_offset(), format("'{}' tests '{}'", node.name, read.access.text()),
                  "test $json.ctx.validation.valid");
    }
  }
}

}  // namespace

}  // namespace ctx_flat_check

extern const WorkflowRule kCtxFlatCheck;
const WorkflowRule kCtxFlatCheck{
    {"ctx/flat-check", Severity::error, Scope::kairon_only,
     "tests $json.valid in an If instead of ctx.validation.valid",
     "The verdict of a validation is carried in ctx.validation.valid; a flat `valid` is undefined there, and an If "
     "silently takes undefined as false.",
     "Test $json.ctx.validation.valid."},
    ctx_flat_check::check};

}  // namespace kairon::lint
