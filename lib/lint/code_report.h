#pragma once
#include <optional>
#include <string>

#include "lint/reporter.h"
#include "workflow/code.h"

namespace kairon::lint {

/// A finding inside a piece of JavaScript: `offset` is a byte of the piece's source. For Code the
/// message gains "(line N of the code)".
inline void report_code(Reporter& report, const workflow::CodePiece& piece, std::size_t offset, std::string message,
                        std::string help = {}, std::optional<Severity> severity = std::nullopt) {
  if (piece.is_code()) message += " (line " + std::to_string(piece.script.line_of(offset)) + " of the code)";
  report.in_string(piece.string, piece.begin + offset, piece.node, std::move(message), std::move(help), severity);
}

}  // namespace kairon::lint
