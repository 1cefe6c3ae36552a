#include "base/format.h"
#include "base/text.h"
#include "lint/code_report.h"

namespace kairon::lint {
namespace expression_syntax {
namespace {

using workflow::CodePiece;

void check_piece(const CodePiece& piece, Reporter& report) {
  const std::string_view source = piece.script.source();
  const std::string where = format("in '{}'", piece.node->name);
  if (text::trim(source).empty()) {
    report_code(report, piece, 0, format("an expression {} is empty", where),
                "write what it should give, or take the {{ }} out");
    return;
  }
  const auto& error = piece.script.error();
  if (error) {
    const std::size_t inner = source.find("{{");
    const std::string reason = inner != std::string_view::npos ? std::string("it holds another {{") : error->message;
    report_code(report, piece, inner != std::string_view::npos ? inner : error->offset,
                format("an expression {} does not parse: {}", where, reason),
                piece.closed
                    ? "n8n ends an expression at the first }}, even inside a string or an object: write } } there"
                    : "close it with }}");
    return;
  }
  if (!piece.closed) {
    report_code(report, piece, 0, format("an expression {} is never closed", where),
                "close it with }}; n8n evaluates the rest of the text", Severity::warning);
  }
}

void check(const WorkflowInput& input, Reporter& report) {
  for (const CodePiece& piece : input.code.pieces()) {
    if (!piece.is_code()) check_piece(piece, report);
  }
}

}  // namespace

}  // namespace expression_syntax

extern const WorkflowRule kExpressionSyntax;
const WorkflowRule kExpressionSyntax{{"expression/syntax", Severity::error, Scope::always,
                                      "an expression `{{ }}` is empty, never closed, or does not parse",
                                      "n8n's Tournament compiles each part when the node runs and fails it with "
                                      "`invalid syntax`; an unclosed part that does not parse "
                                      "gives null without a word.",
                                      "Mend the JavaScript between the braces."},
                                     expression_syntax::check};

}  // namespace kairon::lint
