#include <algorithm>
#include <string>
#include <vector>

#include "base/format.h"
#include "base/text.h"
#include "js/scope.h"
#include "lint/code_report.h"
#include "lint/support/flow_reads.h"
#include "lint/support/methods.h"
#include "workflow/code_shape.h"

namespace kairon::lint {
namespace code_unknown_method {
namespace {

using js::Field;
using js::Kind;
using workflow::CodePiece;
using workflow::Kinds;

/// True where the kind follows from literals, from data of items, or from functions that everybody has, and not from
/// the name of a method alone: a wrapper of lodash has a trim() of its own.
bool is_proven(const CodePiece& piece, const js::Node& value, int depth = 0) {
  const js::Node node = value.unwrapped();
  const auto inner = [&](Field field) { return is_proven(piece, node.child(field), depth + 1); };
  if (depth > 8) return false;
  switch (node.kind()) {
    case Kind::call_expression: {
      const js::Node callee = node.child(Field::function);
      constexpr std::string_view kFunctions = " String Number Boolean parseInt parseFloat ";
      if (callee.is(Kind::identifier))
        return piece.script.scope().is_free(callee) && text::contains(kFunctions, format(" {} ", callee.text()));
      if (!callee.is(Kind::member_expression)) return false;
      js::Node base = callee.child(Field::object).unwrapped();
      const bool global =
          base.is(Kind::identifier) && piece.script.scope().is_free(base) &&
          text::contains(" Array Date DateTime JSON Math Number Object ", " " + std::string(base.text()) + " ");
      return global || is_proven(piece, base, depth + 1);
    }
    case Kind::member_expression:
    case Kind::subscript_expression:
      return workflow::classify(piece, node.child(Field::object)).what == workflow::Access::What::json ||
             inner(Field::object);
    case Kind::identifier: {
      if (workflow::classify(piece, node).what != workflow::Access::What::other) return true;
      const js::Node its = piece.script.scope().value_of(node);
      return its ? is_proven(piece, its, depth + 1) : piece.script.scope().is_free(node);
    }
    case Kind::binary_expression: {
      const bool choice = text::contains(" || && ?? ", format(" {} ", node.operator_text()));
      return choice ? inner(Field::left) && inner(Field::right) : inner(Field::left) || inner(Field::right);
    }
    case Kind::ternary_expression:
      return inner(Field::consequence) && inner(Field::alternative);
    default:
      return true;
  }
}

/// The code asks somewhere what the value is, so that the call may be for another kind.
bool asks_for_kind(const CodePiece& piece, std::string_view object) {
  const std::string_view source = piece.script.source();
  for (const std::string_view before : {"typeof ", "typeof(", "Array.isArray("})
    if (text::contains(source, std::string(before) + std::string(object))) return true;
  return text::contains(source, std::string(object) + " instanceof");
}

/// JavaScript's own methods: what n8n adds to values is there in expressions only.
std::vector<std::string_view> own_methods(Kinds kinds) {
  std::vector<std::string_view> own = methods::of(kinds);
  std::erase_if(own, [](std::string_view name) {
    return std::binary_search(methods::kExtensions.begin(), methods::kExtensions.end(), name);
  });
  return own;
}

/// `shape` is one for the whole piece, so that the work for a long text is bounded.
void check_call(const CodePiece& piece, const workflow::CodeShape& shape, const js::Node& call, Reporter& report) {
  const js::Node callee = call.child(Field::function);
  if (!callee.is(Kind::member_expression) || call.child(Field::optional_chain)) return;
  const std::string name = js::property_name(callee).value_or("");
  const js::Node object = callee.child(Field::object);
  if (name.empty() || !is_proven(piece, object)) return;
  const workflow::Value value = shape.value_of(object);
  const auto kinds = static_cast<Kinds>(value.kinds & static_cast<Kinds>(~workflow::kNull));
  // code/mode tells of $now.format().
  if (!value.known() || kinds == 0 || (kinds == workflow::kDate && name == "format")) return;
  const std::vector<std::string_view> known = own_methods(kinds);
  if (known.empty() || std::find(known.begin(), known.end(), name) != known.end()) return;
  if (is_guarded_read(piece.script, callee) || asks_for_kind(piece, object.text())) return;
  const bool extension = std::binary_search(methods::kExtensions.begin(), methods::kExtensions.end(), name);
  const std::string_view near = text::nearest(name, known);
  report_code(report, piece, callee.child(Field::property).begin_offset(),
              kairon::format("{} has no method '{}' in Code: the node fails", workflow::kinds_in_words(kinds), name),
              extension      ? std::string("n8n adds this method to values in expressions only")
              : near.empty() ? std::string("convert the value, or use a method that it has")
                             : kairon::format("did you mean {}()?", near));
}

void check_unknown_method(const WorkflowInput& input, Reporter& report) {
  for (const CodePiece& piece : input.code.pieces()) {
    if (!piece.is_code() || piece.kind == workflow::CodeKind::tool || !parses_and_runs(input, piece)) continue;
    // Code may give values methods of its own.
    if (piece.node->continues_on_error() || text::contains(piece.script.source(), ".prototype")) continue;
    const workflow::CodeShape shape(*input.flow->shapes, piece);
    for (std::uint32_t i = 0; i < piece.script.size(); ++i) {
      const js::Node node = piece.script.node(i);
      if (node.is(Kind::call_expression)) check_call(piece, shape, node, report);
    }
  }
}

}  // namespace

}  // namespace code_unknown_method

extern const WorkflowRule kCodeUnknownMethod;
const WorkflowRule kCodeUnknownMethod{
    {"code/unknown-method", Severity::error, Scope::always,
     "calls a method in Code that no value of the known kind has",
     "JavaScript throws a TypeError and the node fails. The kind of a value is known where Edit Fields, other Code, a "
     "query or a literal makes it. What n8n adds to values ('abc'.toTitleCase(), list.first()) is there in "
     "expressions, not in Code.",
     "Convert the value (Number(x).toFixed(2)), or call a method that it has."},
    code_unknown_method::check_unknown_method};

}  // namespace kairon::lint
