#pragma once
#include <optional>
#include <string>

#include "lint/reporter.h"
#include "lint/rule.h"
#include "workflow/code.h"

namespace kairon::lint {

/// True for code that parses and can run: its node is enabled, and a trigger leads to it.
[[nodiscard]] inline bool parses_and_runs(const WorkflowInput& input, const workflow::CodePiece& piece) {
  return !piece.script.error() && !piece.node->disabled && input.workflow.reachable()[piece.node->index];
}

/// A finding inside a piece of JavaScript: `offset` is a byte of the piece's source. For Code the
/// message gains "(line N of the code)".
inline void report_code(Reporter& report, const workflow::CodePiece& piece, std::size_t offset, std::string message,
                        std::string help = {}, std::optional<Severity> severity = std::nullopt) {
  if (piece.is_code()) message += " (line " + std::to_string(piece.script.line_of(offset)) + " of the code)";
  report.in_string(piece.string, piece.begin + offset, piece.node, std::move(message), std::move(help), severity);
}

}  // namespace kairon::lint
