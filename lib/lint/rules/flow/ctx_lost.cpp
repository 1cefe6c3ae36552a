#include "lint/code_report.h"
#include "lint/support/flow_reads.h"

namespace kairon::lint {
namespace flow_ctx_lost {
namespace {

void check(const WorkflowInput& input, Reporter& report) {
  for (const MissingRead& read : input.flow->missing) {
    if (!read.lost_ctx || read.depends_on_calls()) continue;
    report_code(
        report, *read.piece, read.access.begin_offset(), missing_read_message(read),
        "put ctx back first: a Code node that returns { json: { ctx: $('Earlier').first().json.ctx } }, or a Merge");
  }
}

}  // namespace

}  // namespace flow_ctx_lost

extern const WorkflowRule kFlowCtxLost;
const WorkflowRule kFlowCtxLost{
    {"flow/ctx-lost", Severity::error, Scope::kairon_only, "reads ctx after a node that replaces the item",
     "Postgres, HTTP Request, Discord and LLM chains give out their own result: whatever came in, ctx included, is "
     "gone after them, and "
     "$json.ctx.x fails with `Cannot read properties of undefined`.",
     "Restore ctx with a Code node or a Merge directly after the replacing node."},
    flow_ctx_lost::check};

}  // namespace kairon::lint
