#include "js/scope.h"
#include "lint/code_report.h"
#include "lint/support/upgrade.h"

namespace kairon::lint {
namespace upgrade_env_access {
namespace {

void check_env_access(const WorkflowInput& input, Reporter& report) {
  if (!crosses(input, 2)) return;
  for (const workflow::CodePiece& piece : input.code.pieces()) {
    if (piece.script.error()) continue;
    // Every use of the name reads it: `$env.X`, `$env[name]`, `const {X} = $env`.
    for (std::uint32_t i = 0; i < piece.script.size(); ++i) {
      const js::Node name = piece.script.node(i);
      if (!name.is(js::Kind::identifier) || name.text() != "$env" || !piece.script.scope().is_free(name)) continue;
      report_code(report, piece, name.begin_offset(),
                  kairon::format("'{}' reads $env: n8n 2 refuses it unless N8N_BLOCK_ENV_ACCESS_IN_NODE is false",
                                 piece.node->name),
                  "use a credential or $vars, or set N8N_BLOCK_ENV_ACCESS_IN_NODE=false on the server");
      break;
    }
  }
  for (const workflow::CodePiece& piece : input.code.pieces()) {
    if (piece.script.error()) continue;
    for (std::uint32_t i = 0; i < piece.script.size(); ++i) {
      const js::Node node = piece.script.node(i);
      const js::Node object = node.child(js::Field::object);
      if (!node.is(js::Kind::member_expression) || object.text() != "process" || js::property_name(node) != "env")
        continue;
      report_code(report, piece, node.begin_offset(),
                  piece.is_code()
                      ? kairon::format("'{}' reads process.env, and the code of n8n 2 has no process", piece.node->name)
                      : kairon::format("'{}' reads process.env, which is empty in n8n 2", piece.node->name),
                  "use a credential or $vars");
      break;
    }
  }
}

}  // namespace

}  // namespace upgrade_env_access

extern const WorkflowRule kUpgradeEnvAccess;
const WorkflowRule kUpgradeEnvAccess{
    {"upgrade/env-access", Severity::warning, Scope::always,
     "reads $env, which n8n 2 blocks unless the server allows it",
     "In 1.x nodes may read the server's environment unless N8N_BLOCK_ENV_ACCESS_IN_NODE is true; from 2.0 on they may "
     "not "
     "unless it is exactly false: the node fails with \"access to env vars denied\".",
     "Read a credential or $vars, or allow it on the server."},
    upgrade_env_access::check_env_access,
    Needs::target};

}  // namespace kairon::lint
