#include "base/format.h"
#include "lint/code_report.h"
#include "lint/support/ctx.h"

namespace kairon::lint {
namespace ctx_flat_query {
namespace {

using workflow::Node;

/// A row of a query or an answer of a service is not a ctx: its fields are rightly read flat.
bool may_carry_ctx(const WorkflowInput& input, const CtxUse& use, std::string_view name) {
  const Node* other = input.workflow.find(name);
  if (other == nullptr || replaces_item(*other) || !use.exists_at(*other)) return false;
  return other->is_base("code") || other->is_base("set") || !fed_by_replacing_node(input.workflow, *other);
}

void check(const WorkflowInput& input, Reporter& report) {
  const CtxUse use(input);
  for (const workflow::CodePiece& piece : input.code.pieces()) {
    const Node& node = *piece.node;
    if (!node.is_base("postgres") || piece.string != node.parameters["options"]["queryReplacement"]) continue;
    for (const FlatRead& read : flat_reads(piece, FlatRoute::paired)) {
      if (!may_carry_ctx(input, use, read.node)) continue;
      report_code(report, piece, read.access.begin_offset(),
                  format("a value of '{}' reads '{}' of '{}' past ctx", node.name, read.field, read.node),
                  format("read it from ctx: $('{}').item.json.ctx...", read.node));
    }
  }
}

}  // namespace

}  // namespace ctx_flat_query

extern const WorkflowRule kCtxFlatQuery;
const WorkflowRule kCtxFlatQuery{
    {"ctx/flat-query", Severity::error, Scope::kairon_only,
     "reads $('X').item.json.F of a node that carries ctx in a query parameter",
     "A node that carries ctx keeps its data under it: the flat field is undefined, and the query gets NULL or fails "
     "with a missing parameter.",
     "Read the value from $('X').item.json.ctx."},
    ctx_flat_query::check};

}  // namespace kairon::lint
