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

/// `helpers`, `this.helpers`, or a const that holds it.
bool is_helpers(const js::Scope& scope, const js::Node& object) {
  if (object.text() == "this.helpers") return true;
  if (!object.is(Kind::identifier)) return false;
  if (scope.is_free(object)) return object.text() == "helpers";
  if (scope.value_of(object).unwrapped().text() == "this.helpers") return true;
  const js::Binding* binding = scope.binding_of(object);
  return binding != nullptr && object.text() == "helpers" && !scope.is_written(*binding) &&
         binding->kind == js::BindingKind::constant;
}

/// `const {helpers} = this`: the declaration of the name takes it from `this`.
bool comes_from_this(const workflow::CodePiece& piece, const js::Node& object) {
  const js::Binding* binding = piece.script.scope().binding_of(object);
  if (binding == nullptr) return true;
  js::Node at = piece.script.node(binding->node);
  while (at && !at.is(Kind::variable_declarator)) at = at.parent();
  const std::string_view value = at.child(js::Field::value).text();
  return value == "this" || value == "this.helpers";
}

/// What the node uses that the runner, or n8n 3, lacks; "" for everything else.
std::string_view refused_use(const workflow::CodePiece& piece, const js::Node& node) {
  const js::Node callee = node.child(js::Field::function);
  if (callee.is(Kind::identifier) && callee.text() == "$evaluateExpression") return callee.text();
  // `helpers.x(...)` and `helpers.x.call(this, ...)`.
  const js::Node object = node.child(js::Field::object);
  const std::string name = js::property_name(node).value_or("");
  const bool known = std::find(kUnsupported.begin(), kUnsupported.end(), name) != kUnsupported.end();
  const bool helper = known && is_helpers(piece.script.scope(), object) && comes_from_this(piece, object);
  return helper ? node.text() : std::string_view();
}

void check_task_runner(const WorkflowInput& input, Reporter& report) {
  const bool to_runner = crosses(input, 2);
  if (!to_runner && !crosses(input, 3)) return;
  for (const workflow::CodePiece& piece : input.code.pieces()) {
    if (!runs_in_task_runner(piece) || piece.script.error()) continue;
    for (std::uint32_t i = 0; i < piece.script.size(); ++i) {
      const js::Node node = piece.script.node(i);
      if (!node.is(Kind::call_expression) && !node.is(Kind::member_expression)) continue;
      const std::string_view refused = refused_use(piece, node);
      if (refused.empty()) continue;
      if (to_runner) {
        report_code(report, piece, node.begin_offset(),
                    kairon::format("'{}' calls {}, which code in a task runner cannot", piece.node->name, refused),
                    "rewrite it: the runner has httpRequest, request, prepareBinaryData, getBinaryDataBuffer, "
                    "setBinaryDataBuffer");
      } else if (refused == "$evaluateExpression") {
        report_code(report, piece, node.begin_offset(),
                    kairon::format("'{}' calls $evaluateExpression in code, which is announced to end in n8n 3, even "
                                   "with N8N_RUNNERS_INSECURE_MODE",
                                   piece.node->name),
                    "put the expression into a field of a node before it");
      }
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
