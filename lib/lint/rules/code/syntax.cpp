#include "base/format.h"
#include "lint/code_report.h"

namespace kairon::lint {
namespace code_syntax {
namespace {

void check(const WorkflowInput& input, Reporter& report) {
  for (const workflow::CodePiece& piece : input.code.pieces()) {
    if (!piece.is_code() || !piece.script.error()) continue;
    const js::SyntaxError& error = *piece.script.error();
    report_code(report, piece, error.offset,
                format("the code of '{}' does not parse: {}", piece.node->name, error.message),
                "run the code through `node --check`, or open the node in n8n's editor");
  }
}

}  // namespace

}  // namespace code_syntax

extern const WorkflowRule kCodeSyntax;
const WorkflowRule kCodeSyntax{
    {"code/syntax", Severity::error, Scope::always, "holds JavaScript that does not parse",
     "n8n wraps the text into an async function and compiles it when the node runs: the execution fails there "
     "(n8n-nodes-base Code node, JavaScriptSandbox).",
     "Correct the syntax at the place named; lines are counted inside the code."},
    code_syntax::check};

}  // namespace kairon::lint
