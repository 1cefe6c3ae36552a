#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "base/format.h"
#include "base/one_of.h"
#include "base/text.h"
#include "js/scope.h"
#include "lint/code_report.h"
#include "lint/support/flow_reads.h"
#include "lint/support/methods.h"
#include "workflow/access.h"
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

/// `$('X')` or `$input`.
bool gives_items(const js::Node& object) {
  if (object.is(Kind::identifier)) return object.text() == "$input";
  return object.is(Kind::call_expression) && object.child(Field::function).text() == "$";
}

/// The first part of the chain that does not exist in what n8n gives; "" when all do.
std::string absent_member(const CodePiece& piece, const js::Node& member, std::string_view name) {
  const js::Node object = member.child(Field::object).unwrapped();
  if (gives_items(object)) {
    const bool known = is_one_of(name, {"first", "last", "all", "item", "itemMatching", "pairedItem", "context",
                                        "params", "isExecuted", "constructor", "toString", "isProxy"});
    return known ? std::string() : kairon::format("{} has no '{}'", object.text(), name);
  }
  if (object.child(Field::object).text() == "$node") return {};
  const workflow::Access::What what = workflow::classify(piece, object).what;
  if (what == workflow::Access::What::items && name == "json") return "a list of items has no 'json'";
  const bool item = what == workflow::Access::What::item &&
                    !is_one_of(name, {"json", "binary", "pairedItem", "error", "index", "executionStatus", "metadata",
                                      "evaluationData", "redaction", "sendMessage"});
  return item ? kairon::format("an item has no '{}'", name) : std::string();
}

/// `$('X').json`, `$('X').first().name`: that member is absent whatever the data are.
void check_member(const CodePiece& piece, const js::Node& member, Reporter& report) {
  const std::string name = js::property_name(member).value_or("");
  const js::Node around = member.parent();
  const bool called = around.is(Kind::call_expression) && around.child(Field::function) == member;
  const bool item = called && name == "item" && gives_items(member.child(Field::object).unwrapped());
  if (item) {
    report_code(report, piece, member.child(Field::property).begin_offset(),
                "'item' is not a function: the expression gives null", "write .item without parentheses");
    return;
  }
  if (called || name.empty() || is_guarded_read(piece.script, member)) return;
  const std::string absent = absent_member(piece, member, name);
  if (absent.empty()) return;
  report_code(report, piece, member.child(Field::property).begin_offset(), absent + ": the expression gives null",
              name == "json" ? "take one item: .first().json, .item.json" : "the fields of an item are under json");
}

/// Names and calls that n8n leaves without a value inside {{ }} (tried on 1.123 and 2.41).
void check_call(const WorkflowInput& input, const CodePiece& piece, const js::Node& call, Reporter& report) {
  const js::Node callee = call.child(Field::function);
  const js::Node first = call.child(Field::arguments).first_child();
  const js::Scope& scope = piece.script.scope();
  const auto value_of = [&](const js::Node& node) {
    return workflow::CodeShape(*input.flow->shapes, piece).value_of(node);
  };
  if (callee.text() == "require" && scope.is_free(callee)) {
    report_code(report, piece, callee.begin_offset(), "expressions have no require(): it gives null",
                "use a Code node");
  } else if (callee.text() == "JSON.parse" && first && value_of(first).is_only(workflow::kObject)) {
    report_code(report, piece, callee.begin_offset(), "JSON.parse() is given an object, not its text: it gives null",
                "leave JSON.parse() out");
  }
  const std::string name = js::property_name(callee).value_or("");
  const bool one = call.child(Field::arguments).child_count() == 1 && js::string_value(first);
  if (!one || !is_one_of(name, {"plus", "minus"})) return;
  if (!value_of(callee.child(Field::object)).is_only(workflow::kDate)) return;
  report_code(report, piece, first.begin_offset(),
              kairon::format("{}() of a date takes no text: the expression gives null", name),
              kairon::format("write {}(1, 'day') or {}({{day: 1}})", name, name));
}

/// `window.location`, `document.title`.
void check_page(const CodePiece& piece, const js::Node& member, Reporter& report) {
  const js::Node object = member.child(Field::object);
  if (!object.is(Kind::identifier) || !is_one_of(object.text(), {"window", "document"})) return;
  if (!piece.script.scope().is_free(object) || is_guarded_read(piece.script, member)) return;
  report_code(report, piece, object.begin_offset(),
              kairon::format("there is no {} in an expression: it gives null", object.text()),
              "n8n evaluates expressions on the server");
}

void check_unknown_method(const WorkflowInput& input, Reporter& report) {
  for (const CodePiece& piece : input.code.pieces()) {
    if (piece.is_code() || !parses_and_runs(input, piece)) continue;
    for (std::uint32_t i = 0; i < piece.script.size(); ++i) {
      const js::Node node = piece.script.node(i);
      if (node.is(Kind::call_expression)) {
        check_method(input, piece, node, report);
        check_call(input, piece, node, report);
      } else if (node.is(Kind::member_expression)) {
        check_member(piece, node, report);
        check_page(piece, node, report);
      }
    }
  }
}

}  // namespace

}  // namespace expression_unknown_method

extern const WorkflowRule kExpressionUnknownMethod;
const WorkflowRule kExpressionUnknownMethod{
    {"expression/unknown-method", Severity::warning, Scope::always,
     "calls a method or reads a member that the value in front of it never has",
     "n8n swallows the TypeError of an expression: the field becomes null, and the execution counts as a success. One "
     "of "
     "n8n's own extensions on a value of another kind fails the node. The "
     "kind of a value is known where Edit Fields, Code or a literal makes it; JavaScript's methods, Luxon's and n8n's "
     "own extensions count as known. `$('X').json`, `$('X').first().name`, require() and window are absent whatever "
     "the "
     "data are.",
     "Write a method that this kind of value has."},
    expression_unknown_method::check_unknown_method};

}  // namespace kairon::lint
