#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "base/format.h"
#include "base/text.h"
#include "lint/code_report.h"
#include "lint/support/flow_reads.h"
#include "lint/support/methods.h"
#include "workflow/code_shape.h"

namespace kairon::lint {
namespace expression_unknown_method {
namespace {

using js::Field;
using js::Kind;
using workflow::CodePiece;
using workflow::Kinds;

bool is_listed(std::span<const std::string_view> names, std::string_view name) {
  return std::binary_search(names.begin(), names.end(), name);
}

void check_method(const WorkflowInput& input, const CodePiece& piece, const js::Node& call, Reporter& report) {
  const js::Node callee = call.child(Field::function);
  if (!callee.is(Kind::member_expression)) return;
  const std::string name = js::property_name(callee).value_or("");
  if (name.empty() || is_listed(methods::kEvery, name)) return;
  const workflow::Value object = workflow::CodeShape(*input.flow->shapes, piece).value_of(callee.child(Field::object));
  if (!object.known()) return;
  const std::vector<std::string_view> known = methods::of(object.kinds);
  if (known.empty() || std::find(known.begin(), known.end(), name) != known.end()) return;
  const std::string_view near = text::nearest(name, known);
  report_code(report, piece, callee.child(Field::property).begin_offset(),
              kairon::format("{} has no method '{}': the expression gives null or fails",
                             workflow::kinds_in_words(object.kinds & static_cast<Kinds>(~workflow::kNull)), name),
              near.empty() ? std::string("use a method of JavaScript, or one that n8n adds to this kind of value")
                           : kairon::format("did you mean {}()?", near));
}

void check_unknown_method(const WorkflowInput& input, Reporter& report) {
  for (const CodePiece& piece : input.code.pieces()) {
    if (piece.is_code() || !parses_and_runs(input, piece)) continue;
    for (std::uint32_t i = 0; i < piece.script.size(); ++i) {
      const js::Node node = piece.script.node(i);
      if (node.is(Kind::call_expression)) check_method(input, piece, node, report);
    }
  }
}

}  // namespace

}  // namespace expression_unknown_method

extern const WorkflowRule kExpressionUnknownMethod;
const WorkflowRule kExpressionUnknownMethod{
    {"expression/unknown-method", Severity::warning, Scope::always,
     "calls a method in an expression that no value of the known kind has",
     "n8n swallows the TypeError of an expression: the field becomes null, and the execution counts as a success. One "
     "of "
     "n8n's own extensions on a value of another kind fails the node. The "
     "kind of a value is known where Edit Fields, Code or a literal makes it; JavaScript's methods, Luxon's and n8n's "
     "own extensions count as known.",
     "Write a method that this kind of value has."},
    expression_unknown_method::check_unknown_method};

}  // namespace kairon::lint
