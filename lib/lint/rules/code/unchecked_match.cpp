#include <algorithm>
#include <string>

#include "js/scope.h"
#include "lint/code_report.h"
#include "workflow/code.h"

namespace kairon::lint {
namespace code_unchecked_match {
namespace {

using js::Field;
using js::Kind;
using js::Node;

/// `text.match(re)` or `re.exec(text)`: null when nothing fits.
bool may_be_null(const Node& node) {
  if (!node.is(Kind::call_expression) || node.child(Field::arguments).child_count() != 1) return false;
  const Node callee = node.child(Field::function);
  const std::string name = js::property_name(callee).value_or("");
  const Node argument = node.child(Field::arguments).first_child().unwrapped();
  if (name == "match") return argument.is(Kind::regex) || argument.is(Kind::identifier);
  return name == "exec" && callee.child(Field::object).unwrapped().is(Kind::regex);
}

/// A test of whatever kind around it: the author may know that there is a match.
bool is_conditional(const Node& read) {
  if (js::is_in_try_block(read)) return true;
  for (Node up = read.parent(); up; up = up.parent()) {
    const bool tests = up.is(Kind::if_statement) || up.is(Kind::ternary_expression) || up.is(Kind::while_statement) ||
                       up.is(Kind::for_statement) || up.is(Kind::switch_statement);
    const std::string_view sign = up.is(Kind::binary_expression) ? up.operator_text() : std::string_view();
    if (tests || sign == "&&" || sign == "||" || sign == "??") return true;
  }
  return false;
}

bool reads_member(const Node& node) {
  return (node.is(Kind::member_expression) || node.is(Kind::subscript_expression)) &&
         !node.child(Field::optional_chain);
}

/// `const m = text.match(re)` of which every use is a plain member access: nobody asks whether it is null.
bool is_never_tested(const workflow::CodePiece& piece, const Node& name) {
  const js::Scope& scope = piece.script.scope();
  const js::Binding* binding = scope.binding_of(name);
  if (binding == nullptr || !may_be_null(scope.value_of(name))) return false;
  const auto uses = scope.uses_of(*binding);
  return std::all_of(uses.begin(), uses.end(), [](const Node& use) {
    return reads_member(use.parent()) && use.parent().child(Field::object) == use && !is_conditional(use);
  });
}

void check(const WorkflowInput& input, Reporter& report) {
  for (const workflow::CodePiece& piece : input.code.pieces()) {
    if (piece.script.error() || piece.node->disabled) continue;
    for (std::uint32_t i = 0; i < piece.script.size(); ++i) {
      const Node node = piece.script.node(i);
      if (!reads_member(node) || is_conditional(node)) continue;
      const Node object = node.child(Field::object).unwrapped();
      if (!may_be_null(object) && !(object.is(Kind::identifier) && is_never_tested(piece, object))) continue;
      report_code(report, piece, node.begin_offset(),
                  "the match is read without asking whether there is one: without one it is null, and this throws",
                  "write ?. after it, or give a default: (text.match(re) ?? [])[0]");
      break;  // once per piece
    }
  }
}

}  // namespace

}  // namespace code_unchecked_match

extern const WorkflowRule kCodeUncheckedMatch;
const WorkflowRule kCodeUncheckedMatch{
    {"code/unchecked-match", Severity::warning, Scope::always,
     "reads the result of match() or exec() although it may be null",
     "String.prototype.match and RegExp.prototype.exec give null when nothing fits (ECMAScript 22.1.3.13, 22.2.6.2); "
     "reading [0], .groups or .first() of that throws a TypeError, and the node fails on the first text without a "
     "match.",
     "Use ?. or ??, or test the match before it is read."},
    code_unchecked_match::check};

}  // namespace kairon::lint
