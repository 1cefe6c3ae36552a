#include "js/scope.h"
#include "lint/code_report.h"
#include "lint/support/upgrade.h"

namespace kairon::lint {
namespace upgrade_secure_mode {
namespace {

using js::Field;
using js::Kind;

/// `require('fs')`: the module, where it is written out.
std::string required_module(const js::Node& call) {
  const auto name = js::string_value(call.child(Field::arguments).at(0));
  return name ? format("requires '{}'", *name) : "requires a module";
}

/// `Array.prototype`, where nothing of the script is called Array.
bool is_prototype(const js::Scope& scope, const js::Node& object) {
  const js::Node owner = object.child(Field::object);
  return js::property_name(object) == "prototype" && owner.is(Kind::identifier) && scope.is_free(owner);
}

/// Functions of Object that change their first argument.
bool changes_object(std::string_view name) {
  return name == "defineProperty" || name == "defineProperties" || name == "assign" || name == "setPrototypeOf";
}

/// What the runner's secure mode refuses, "" for everything else.
std::string refused_by_runner(const workflow::CodePiece& piece, const js::Node& node) {
  const js::Scope& scope = piece.script.scope();
  const auto is_global = [&](const js::Node& name, std::string_view text) {
    return name.is(Kind::identifier) && name.text() == text && scope.is_free(name);
  };
  if (node.is(Kind::call_expression)) {
    const js::Node callee = node.child(Field::function);
    if (is_global(callee, "eval")) return "calls eval";
    if (is_global(callee, "Function")) return "makes a function of a text";
    if (is_global(callee, "require") || callee.is(Kind::import_keyword)) return required_module(node);
    const js::Node changed = node.child(Field::arguments).at(0).unwrapped();
    if (is_global(callee.child(Field::object), "Object") && changes_object(js::property_name(callee).value_or("")) &&
        is_prototype(scope, changed))
      return "writes to a prototype";
  }
  if (node.is(Kind::new_expression) && is_global(node.child(Field::constructor), "Function"))
    return "makes a function of a text";
  if (!node.is(Kind::assignment_expression)) return {};
  const js::Node object = node.child(Field::left).child(Field::object).unwrapped();
  return is_prototype(scope, object) ? "writes to a prototype" : std::string();
}

void check_secure_mode(const WorkflowInput& input, Reporter& report) {
  if (!crosses(input, 2)) return;
  for (const workflow::CodePiece& piece : input.code.pieces()) {
    if (!runs_in_task_runner(piece) || piece.script.error()) continue;
    for (std::uint32_t i = 0; i < piece.script.size(); ++i) {
      const js::Node node = piece.script.node(i);
      const std::string refused = refused_by_runner(piece, node);
      if (refused.empty()) continue;
      const bool module = refused.starts_with("requires ");
      report_code(report, piece, node.begin_offset(),
                  kairon::format("'{}' {}, which n8n 2's task runner refuses unless it is set otherwise",
                                 piece.node->name, refused),
                  module ? "name the module in NODE_FUNCTION_ALLOW_BUILTIN or _EXTERNAL of the runner"
                         : "rewrite it, or set N8N_RUNNERS_INSECURE_MODE=true on the runner");
    }
  }
}

}  // namespace

}  // namespace upgrade_secure_mode

extern const WorkflowRule kUpgradeSecureMode;
const WorkflowRule kUpgradeSecureMode{
    {"upgrade/secure-mode", Severity::warning, Scope::always,
     "does in code what the task runner of n8n 2 refuses in its secure mode",
     "From 2.0 on Code runs in a task runner whose secure mode freezes prototypes and has neither eval nor the "
     "Function "
     "constructor. The lists of modules that code may require are read by the runner, and are empty by default.",
     "Rewrite the code, or allow it on the runner."},
    upgrade_secure_mode::check_secure_mode,
    Needs::target};

}  // namespace kairon::lint
