#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "base/format.h"
#include "js/scope.h"
#include "lint/code_report.h"

namespace kairon::lint {
namespace expression_from_ai {
namespace {

using js::Field;
using js::Kind;
using workflow::CodePiece;

bool is_from_ai(const CodePiece& piece, const js::Node& call) {
  const js::Node function = call.child(Field::function);
  if (!call.is(Kind::call_expression) || !function.is(Kind::identifier)) return false;
  const std::string_view name = function.text();
  if (name != "$fromAI" && name != "$fromAi" && name != "$fromai") return false;
  return !piece.is_code() || piece.script.scope().is_free(function);
}

/// A node that an agent can call: a tool by its type, or by its ai_tool connection.
bool serves_as_tool(const workflow::Workflow& flow, const workflow::Node& node) {
  const std::string_view type = node.short_type();
  if (type.ends_with("Tool") || type.starts_with("tool") || !node.is_core()) return true;
  const auto& outgoing = flow.outgoing(node.index);
  return std::any_of(outgoing.begin(), outgoing.end(), [&](std::size_t edge) { return !flow.edges()[edge].is_main(); });
}

/// The keys that n8n takes: 1 to 64 of these (n8n-workflow, from-ai-parse-utils.ts).
bool is_valid_key(std::string_view key) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
  return !key.empty() && key.size() <= 64 && key.find_first_not_of(kAllowed) == std::string_view::npos;
}

/// What describes a key in addition to its name: a second use must say the same.
using Uses = std::map<std::pair<const workflow::Node*, std::string>, std::string>;

void check_tool_key(const CodePiece& piece, const js::Node& call, Uses& uses, Reporter& report) {
  const js::Node arguments = call.child(Field::arguments);
  const js::Node first = arguments.first_child();
  if (!first) {
    report_code(report, piece, call.begin_offset(), "$fromAI() without a key: the tool cannot be called",
                "name the value that the model fills in: $fromAI('city')");
    return;
  }
  const auto key = js::string_value(first);
  if (!key) return;
  if (!is_valid_key(*key)) {
    report_code(report, piece, first.begin_offset(), kairon::format("'{}' is not a valid key of $fromAI", *key),
                "use 1 to 64 letters, digits, _ or -");
    return;
  }
  const std::string rest = std::string(arguments.at(1).text()) + "|" + std::string(arguments.at(2).text());
  const auto [known, fresh] = uses.emplace(std::pair(piece.node, *key), rest);
  if (fresh || known->second == rest) return;
  report_code(report, piece, first.begin_offset(),
              kairon::format("the key '{}' of $fromAI is described in two ways: n8n refuses the tool", *key),
              "give both uses the same description and type, or another key");
}

void check_from_ai(const WorkflowInput& input, Reporter& report) {
  Uses uses;
  for (const CodePiece& piece : input.code.pieces()) {
    if (piece.kind != workflow::CodeKind::expression || piece.script.error() || piece.node->disabled) continue;
    if (piece.script.source().find("$from") == std::string_view::npos) continue;
    const bool tool = serves_as_tool(input.workflow, *piece.node);
    for (std::uint32_t i = 0; i < piece.script.size(); ++i) {
      const js::Node call = piece.script.node(i);
      if (!is_from_ai(piece, call)) continue;
      if (tool) {
        check_tool_key(piece, call, uses, report);
      } else if (!call.child(Field::arguments).at(3)) {
        const bool runs = input.workflow.reachable()[piece.node->index];
        report_code(report, piece, call.begin_offset(),
                    kairon::format("$fromAI gives null in '{}', which is not an agent's tool", piece.node->name),
                    "use it in a tool node that is connected to an agent, or read $json here",
                    runs ? std::nullopt : std::optional(Severity::warning));
      }
    }
  }
}

}  // namespace

}  // namespace expression_from_ai

extern const WorkflowRule kExpressionFromAi;
const WorkflowRule kExpressionFromAi{
    {"expression/from-ai", Severity::error, Scope::always,
     "uses $fromAI outside of a tool, or its key is missing, invalid or described twice",
     "A model fills $fromAI in when an agent calls the node as its tool. In a node that runs as part of the main flow "
     "there is nobody to fill it in: it gives its default value, and null without one (n8n-workflow 1.123, "
     "WorkflowDataProxy). In a tool the key becomes a parameter of the tool: n8n takes 1 to 64 letters, digits, _ and "
     "-, and refuses a key with two descriptions.",
     "Use $fromAI in tool nodes alone, with one valid key for each value."},
    expression_from_ai::check_from_ai};

}  // namespace kairon::lint
