#include "corpus/classes.h"

#include <map>

namespace kairon::lint_test {
namespace {

using Rules = std::vector<std::string_view>;

const std::map<std::string_view, Rules>& table() {
  static const std::map<std::string_view, Rules> kTable = {
      {"Code API not allowed in mode", {"code/mode"}},
      {"Code return shape", {"code/mode", "code/return-shape"}},
      {"If/Switch condition misconfigured", {"node/filter-shape"}},
      {"If/Switch parameters of the wrong shape", {"node/filter-shape", "connection/port", "node/unknown-parameter"}},
      {"JS runtime error", {"code/mode", "code/undeclared", "code/const-assign", "code/unchecked-match"}},
      {"JS undeclared identifier", {"code/undeclared"}},
      {"LLM chain without model", {"node/ai-model"}},
      {"Merge inputs", {"connection/merge-input"}},
      {"SQL placeholder count mismatch", {"sql/placeholders"}},
      {"SQL returns no row", {"flow/empty-result"}},
      {"SQL syntax error", {"sql/syntax"}},
      {"broken $(Node) reference", {"reference/missing-node"}},
      {"connection to missing node", {"connection/missing-node"}},
      {"corrupt trigger parameters", {"node/unknown-parameter"}},
      {"ctx lost after node", {"flow/ctx-lost", "flow/missing-field"}},
      {"data lost through replacing node", {"flow/missing-field", "flow/ctx-lost"}},
      {"dead code", {"node/unreachable"}},
      {"duplicate node name/id", {"node/duplicate-name", "node/duplicate-id"}},
      {"executeWorkflow by id", {"call/by-id"}},
      {"executeWorkflow reference",
       {"call/by-id", "call/unknown-workflow", "call/no-trigger", "node/required-parameter"}},
      {"invalid enum value", {"node/invalid-option", "node/filter-shape"}},
      {"missing trigger", {"workflow/no-trigger", "call/no-trigger"}},
      {"node settings inconsistent", {"node/required-parameter", "node/webhook-response"}},
      {"parameter at wrong place", {"node/unknown-parameter"}},
      {"pinData committed", {"workflow/pin-data"}},
      {"reference to a node that has not run", {"reference/not-upstream"}},
      {"sub-workflow inputs do not match", {"call/inputs"}},
      {"sub-workflow trigger missing", {"call/no-trigger"}},
      {"switch fallback value", {"connection/port"}},
      {"undeclared environment variable", {"env/undeclared"}},
      {"unknown node parameter", {"node/unknown-parameter", "sql/placeholders"}},
      {"wrong API URL", {"http/discord-route"}},
      {"wrong field path", {"flow/missing-field", "ctx/flat-target", "ctx/flat-check", "ctx/flat-query"}},
      {"wrong file content / duplicate workflow", {"workflow/duplicate-name", "workflow/webhook-conflict"}},
      {"wrong output index", {"connection/port"}},
  };
  return kTable;
}

}  // namespace

const Rules& fitting_rules(std::string_view defect_class) {
  static const Rules kNone;
  const auto hit = table().find(defect_class);
  return hit == table().end() ? kNone : hit->second;
}

}  // namespace kairon::lint_test
