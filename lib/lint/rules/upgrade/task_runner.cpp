#include <algorithm>

#include "js/scope.h"
#include "lint/code_report.h"
#include "lint/support/upgrade.h"

namespace kairon::lint {
namespace upgrade_task_runner {
namespace {

using js::Kind;

/// Helpers that code in a task runner cannot call (n8n 2.41, js-task-runner).
constexpr auto kUnsupported = std::to_array<std::string_view>(
    {"httpRequestWithAuthentication", "requestWithAuthenticationPaginated", "copyBinaryFile", "createReadStream",
     "getBinaryStream", "binaryToBuffer", "getBinaryMetadata", "getStoragePath", "getBinaryPath", "writeContentToFile",
     "copyInputItems", "returnJsonArray", "normalizeItems", "getSSHClient", "createDeferredPromise",
     "constructExecutionMetaData"});

void check_runner_call(const workflow::CodePiece& piece, const js::Node& call, Reporter& report) {
  const js::Node callee = call.child(js::Field::function);
  const std::string name = js::property_name(callee).value_or("");
  const js::Node object = callee.child(js::Field::object);
  const bool helper = object.text() == "this.helpers" || object.text() == "helpers";
  const bool unsupported = helper && std::find(kUnsupported.begin(), kUnsupported.end(), name) != kUnsupported.end();
  const bool evaluates = callee.is(Kind::identifier) && callee.text() == "$evaluateExpression";
  if (!unsupported && !evaluates) return;
  report_code(
      report, piece, call.begin_offset(),
      kairon::format("'{}' calls {}, which code in a task runner cannot", piece.node->name, callee.text()),
      "rewrite it: the runner has httpRequest, request, prepareBinaryData, getBinaryDataBuffer, setBinaryDataBuffer");
}

void check_task_runner(const WorkflowInput& input, Reporter& report) {
  if (!crosses(input, 2)) return;
  for (const workflow::CodePiece& piece : input.code.pieces()) {
    if (!runs_in_task_runner(piece) || piece.script.error()) continue;
    for (std::uint32_t i = 0; i < piece.script.size(); ++i) {
      const js::Node node = piece.script.node(i);
      if (node.is(Kind::call_expression)) check_runner_call(piece, node, report);
    }
  }
}

}  // namespace

}  // namespace upgrade_task_runner

extern const WorkflowRule kUpgradeTaskRunner;
const WorkflowRule kUpgradeTaskRunner{
    {"upgrade/task-runner", Severity::error, Scope::always, "calls in code what n8n 2's task runner does not offer",
     "From 2.0 on Code runs in a task runner of its own process. It offers part of the helpers only; the others, and "
     "$evaluateExpression, fail as unsupported functions.",
     "Rewrite the code with the helpers that the runner has, or use a node in its place."},
    upgrade_task_runner::check_task_runner,
    Needs::target};

}  // namespace kairon::lint
