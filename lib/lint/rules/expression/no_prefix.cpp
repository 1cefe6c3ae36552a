#include <algorithm>

#include "base/format.h"
#include "lint/reporter.h"
#include "workflow/expression.h"
#include "workflow/workflow.h"

namespace kairon::lint {
namespace expression_no_prefix {
namespace {

/// Parameters that hold programs or whole workflows: braces in them are their own business.
bool is_program(std::string_view key) {
  constexpr std::string_view kKeys[] = {"jsCode",       "functionCode", "pythonCode", "code",
                                        "workflowJson", "jsonExample",  "jsonSchema", "inputSchema"};
  return std::find(std::begin(kKeys), std::end(kKeys), key) != std::end(kKeys);
}

bool names_data(char c) { return c == '(' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Offset of a `{{ $...` that n8n would evaluate if it were asked to, or npos.
std::size_t find_expression(std::string_view text) {
  for (std::size_t at = text.find("{{"); at != std::string_view::npos; at = text.find("{{", at + 2)) {
    std::size_t i = at + 2;
    while (i < text.size() && (text[i] == ' ' || text[i] == '\n' || text[i] == '\t')) ++i;
    const bool closed = text.find("}}", i) != std::string_view::npos;
    if (closed && i + 1 < text.size() && text[i] == '$' && names_data(text[i + 1])) return at;
  }
  return std::string_view::npos;
}

void check_value(const workflow::Node& node, const json::Value& value, Reporter& report) {
  if (!value.is_string()) {
    for (const json::Value child : value) check_value(node, child, report);
    return;
  }
  const std::string_view text = value.string();
  if (text.starts_with('=') || is_program(value.key()) || workflow::resolves_itself(node, value.key())) return;
  const std::size_t at = find_expression(text);
  if (at == std::string_view::npos) return;
  report.in_string(value, at, &node,
                   format("'{}' of '{}' holds {{{{ $... }}}} but does not begin with '='", value.key(), node.name),
                   "put = before the text; without it n8n takes the braces literally");
}

void check(const WorkflowInput& input, Reporter& report) {
  for (const workflow::Node& node : input.workflow.nodes()) {
    if (!node.is_sticky_note()) check_value(node, node.parameters, report);
  }
}

}  // namespace

}  // namespace expression_no_prefix

extern const WorkflowRule kExpressionNoPrefix;
const WorkflowRule kExpressionNoPrefix{
    {"expression/no-prefix", Severity::warning, Scope::always,
     "holds `{{ $...` without the `=` that makes it an expression",
     "n8n evaluates a parameter only when its first character is `=` (n8n-workflow expression.ts); otherwise the "
     "braces reach the "
     "other side as they are.",
     "Put `=` before the text, or switch the field to \"Expression\" in the editor."},
    expression_no_prefix::check};

}  // namespace kairon::lint
