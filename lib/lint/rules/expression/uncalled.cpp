#include <algorithm>
#include <array>

#include "base/format.h"
#include "lint/code_report.h"
#include "lint/rule.h"
#include "lint/support/flow_reads.h"
#include "lint/support/methods.h"
#include "workflow/code_shape.h"

namespace kairon::lint {
namespace expression_uncalled {
namespace {

using js::Field;
using js::Kind;
using workflow::CodePiece;
using workflow::Kinds;

/// Names that nobody gives to a field of data.
constexpr auto kMethodsOnly = std::to_array<std::string_view>({"charAt",
                                                               "endsWith",
                                                               "extractDomain",
                                                               "extractEmail",
                                                               "extractUrl",
                                                               "indexOf",
                                                               "padEnd",
                                                               "padStart",
                                                               "parseJson",
                                                               "removeMarkdown",
                                                               "removeTags",
                                                               "replaceAll",
                                                               "startsWith",
                                                               "toDateTime",
                                                               "toFixed",
                                                               "toFormat",
                                                               "toISO",
                                                               "toISODate",
                                                               "toISOString",
                                                               "toISOTime",
                                                               "toJSON",
                                                               "toJsonString",
                                                               "toLocaleDateString",
                                                               "toLocaleLowerCase",
                                                               "toLocaleString",
                                                               "toLocaleTimeString",
                                                               "toLocaleUpperCase",
                                                               "toLowerCase",
                                                               "toMillis",
                                                               "toRelative",
                                                               "toSentenceCase",
                                                               "toSnakeCase",
                                                               "toString",
                                                               "toTitleCase",
                                                               "toUTCString",
                                                               "toUpperCase",
                                                               "trimEnd",
                                                               "trimStart",
                                                               "urlDecode",
                                                               "urlEncode"});

/// What gives the items of `$input` and `$('X')` when it is called.
constexpr auto kItems = std::to_array<std::string_view>({"all", "first", "itemMatching", "last"});

template <typename Names>
bool has(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// `$input` or `$('X')`.
bool gives_items(const js::Node& object) {
  if (object.is(Kind::identifier)) return object.text() == "$input";
  return object.is(Kind::call_expression) && object.child(Field::function).text() == "$";
}

/// A method of what `object` is known to be.
bool is_method_of(const WorkflowInput& input, const CodePiece& piece, const js::Node& object, std::string_view name) {
  constexpr Kinds kOwnFields = workflow::kObject | workflow::kFunction;
  const workflow::Value value = workflow::CodeShape(*input.flow->shapes, piece).value_of(object);
  if (!value.known() || (value.kinds & kOwnFields) != 0 || name == "length") return false;
  return (value.is_only(workflow::kText | workflow::kNull) && has(methods::kText, name)) ||
         (value.is_only(workflow::kNumber | workflow::kNull) && has(methods::kNumber, name)) ||
         (value.is_only(workflow::kList | workflow::kNull) && has(methods::kList, name));
}

/// The value of `node` is what the expression shows, as a whole or as a part of a text.
bool is_shown(js::Node node) {
  for (js::Node parent = node.parent(); parent; node = parent, parent = node.parent()) {
    if (parent.is(Kind::expression_statement) || parent.is(Kind::program)) return true;
    const bool sum = parent.is(Kind::binary_expression) && parent.operator_text() == "+";
    const bool branch = parent.is(Kind::ternary_expression) && !(parent.child(Field::condition) == node);
    if (!sum && !branch && !parent.is(Kind::parenthesized_expression)) return false;
  }
  return false;
}

bool is_object_of_member(const js::Node& node) {
  const js::Node parent = node.parent();
  return (parent.is(Kind::member_expression) || parent.is(Kind::subscript_expression)) &&
         parent.child(Field::object) == node;
}

void check_member(const WorkflowInput& input, const CodePiece& piece, const js::Node& member, Reporter& report) {
  const std::string name = js::property_name(member).value_or("");
  const js::Node object = member.child(Field::object).unwrapped();
  const bool shown = !piece.is_code() && is_shown(member);
  const bool items = gives_items(object) && has(kItems, name);
  if (items && (shown || is_object_of_member(member))) {
    report_code(report, piece, member.child(Field::property).begin_offset(),
                format("'{}' is read but not called: it is a function, which has no data", member.text()),
                format("write {}()", member.text()));
    return;
  }
  if (!shown || object.is(Kind::identifier)) return;
  if (!has(kMethodsOnly, name) && !is_method_of(input, piece, object, name)) return;
  report_code(report, piece, member.child(Field::property).begin_offset(),
              format("'{}' is read but not called: the expression gives a function and not its result", name),
              format("write {}()", name));
}

void check(const WorkflowInput& input, Reporter& report) {
  for (const CodePiece& piece : input.code.pieces()) {
    if (!parses_and_runs(input, piece)) continue;
    for (std::uint32_t i = 0; i < piece.script.size(); ++i) {
      const js::Node node = piece.script.node(i);
      if (node.is(Kind::member_expression)) check_member(input, piece, node, report);
    }
  }
}

}  // namespace

}  // namespace expression_uncalled

extern const WorkflowRule kExpressionUncalled;
const WorkflowRule kExpressionUncalled{
    {"expression/uncalled", Severity::error, Scope::always, "names a method in an expression without calling it",
     "n8n refuses an expression whose value is a function (\"this is a function, please add ()\", n8n-workflow "
     "Expression.resolveSimpleParameterValue()), and puts the function's source into a longer text. `$('X').first` and "
     "`$input.all` are functions too: what is read from them is undefined, and the field becomes null.",
     "Add the parentheses."},
    expression_uncalled::check};

}  // namespace kairon::lint
