#include "base/format.h"
#include "js/scope.h"
#include "lint/code_report.h"

namespace kairon::lint {
namespace code_const_assign {
namespace {

void check(const WorkflowInput& input, Reporter& report) {
  for (const workflow::CodePiece& piece : input.code.pieces()) {
    if (!piece.is_code() || piece.script.error()) continue;
    for (const js::Node& write : piece.script.scope().constant_assignments()) {
      report_code(report, piece, write.begin_offset(), format("'{}' is a const and is assigned again", write.text()),
                  "declare it with let");
    }
  }
}

}  // namespace

}  // namespace code_const_assign

extern const WorkflowRule kCodeConstAssign;
const WorkflowRule kCodeConstAssign{{"code/const-assign", Severity::error, Scope::always, "assigns to a const in code",
                                     "ECMAScript 9.1.1.1.5: the assignment throws `TypeError: Assignment to constant "
                                     "variable` when it is reached, and the "
                                     "node fails.",
                                     "Declare the name with let, or use another name."},
                                    code_const_assign::check};

}  // namespace kairon::lint
