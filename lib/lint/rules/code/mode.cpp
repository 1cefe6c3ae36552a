#include <algorithm>
#include <array>
#include <vector>

#include "base/format.h"
#include "base/text.h"
#include "js/scope.h"
#include "lint/code_report.h"
#include "lint/support/flow_reads.h"
#include "workflow/access.h"

namespace kairon::lint {
namespace code_mode {
namespace {

using js::Field;
using js::Kind;
using js::Node;
using workflow::Access;
using workflow::CodeKind;
using workflow::CodePiece;

/// What an item may carry: n8n-workflow INodeExecutionData, and what n8n itself adds.
constexpr std::array kItemKeys =
    std::to_array<std::string_view>({"json", "binary", "pairedItem", "error", "index", "executionStatus", "metadata",
                                     "evaluationData", "redaction", "sendMessage"});

bool is_item_key(std::string_view name) {
  return std::find(kItemKeys.begin(), kItemKeys.end(), name) != kItemKeys.end();
}

bool is_free(const CodePiece& piece, const Node& node, std::string_view name) {
  return node.is(Kind::identifier) && node.text() == name && piece.script.scope().is_free(node);
}

void check_input_method(const CodePiece& piece, const Node& node, std::string_view name, Reporter& report) {
  const bool whole = name == "first" || name == "last" || name == "all" || name == "itemMatching";
  if (piece.kind != CodeKind::code_each || !whole || !is_free(piece, node.child(Field::object), "$input")) return;
  report_code(report, piece, node.begin_offset(),
              format("$input.{}() cannot be used in mode \"run once for each item\"", name),
              "use $input.item or $json, or change the mode to \"run once for all items\"");
}

void check_item_member(const CodePiece& piece, const Node& node, std::string_view name, Reporter& report) {
  if (is_item_key(name) || node.parent().is(Kind::call_expression)) return;
  const Node object = node.child(Field::object);
  // `$node["X"]` also has parameter, context and runIndex; an optional or guarded look is a test.
  const Access access = workflow::classify(piece, object);
  if (access.what != Access::What::item || object.unwrapped().child(Field::object).text() == "$node") return;
  const bool written = node.parent().is(Kind::assignment_expression) && node.parent().child(Field::left) == node;
  if (!written && is_guarded_read(piece.script, node)) return;
  report_code(report, piece, node.begin_offset(), format("an item has no member '{}'", name),
              format("an item is {{json, binary, pairedItem}}: did you mean .json.{}?", name));
}

/// `$now.format()` is an extension of n8n's expressions; Luxon's DateTime has toFormat().
void check_now_format(const CodePiece& piece, const Node& node, std::string_view name, Reporter& report) {
  const Node object = node.child(Field::object);
  const bool now = is_free(piece, object, "$now") || is_free(piece, object, "$today");
  if (name != "format" || !now || !node.parent().is(Kind::call_expression)) return;
  report_code(report, piece, node.begin_offset(), format("{}.format() exists in expressions only", object.text()),
              "in code write toFormat()");
}

/// Extensions that n8n gives to values in expressions, and that no value of JavaScript has (n8n-workflow 1.123).
constexpr auto kExtensions = std::to_array<std::string_view>({"average",
                                                              "base64Decode",
                                                              "base64Encode",
                                                              "chunk",
                                                              "compact",
                                                              "difference",
                                                              "extractDomain",
                                                              "extractEmail",
                                                              "extractUrl",
                                                              "extractUrlPath",
                                                              "hash",
                                                              "intersection",
                                                              "isDomain",
                                                              "isEmail",
                                                              "isEmpty",
                                                              "isEven",
                                                              "isNotEmpty",
                                                              "isNumeric",
                                                              "isOdd",
                                                              "isUrl",
                                                              "parseJson",
                                                              "pluck",
                                                              "quote",
                                                              "randomItem",
                                                              "removeDuplicates",
                                                              "removeMarkdown",
                                                              "removeTags",
                                                              "renameKeys",
                                                              "replaceSpecialChars",
                                                              "smartJoin",
                                                              "toBoolean",
                                                              "toDateTime",
                                                              "toDecimalNumber",
                                                              "toFloat",
                                                              "toInt",
                                                              "toJsonString",
                                                              "toSentenceCase",
                                                              "toSnakeCase",
                                                              "toTitleCase",
                                                              "toWholeNumber",
                                                              "unique",
                                                              "urlDecode",
                                                              "urlEncode"});

/// True for a part of an item's data: what came in as JSON has the methods of JavaScript only.
bool is_data(const CodePiece& piece, const Node& value, int depth = 0) {
  const Node plain = value.unwrapped();
  if (plain.is(Kind::string) || plain.is(Kind::template_string)) return true;
  if (depth > 6 || (!plain.is(Kind::member_expression) && !plain.is(Kind::subscript_expression))) return false;
  const Node object = plain.child(Field::object);
  return workflow::classify(piece, object).what == Access::What::json || is_data(piece, object, depth + 1);
}

/// `$json.name.isEmpty()` works in `{{ }}` alone.
void check_extension(const CodePiece& piece, const Node& node, std::string_view name, Reporter& report) {
  if (std::find(kExtensions.begin(), kExtensions.end(), name) == kExtensions.end()) return;
  const Node call = node.parent();
  if (!call.is(Kind::call_expression) || call.child(Field::function) != node) return;
  if (node.child(Field::optional_chain) || !is_data(piece, node.child(Field::object))) return;
  report_code(report, piece, node.child(Field::property).begin_offset(),
              format(".{}() exists in expressions only: in code the node fails", name),
              "write it in JavaScript, or put it into an expression of Edit Fields");
}

/// `$input` has first(), last(), all(), item, params, context.
void check_input_member(const CodePiece& piece, const Node& node, std::string_view name, Reporter& report) {
  const Node object = node.child(Field::object);
  if (is_free(piece, object, "$input")) {
    constexpr auto kMembers = std::to_array<std::string_view>(
        {"all", "context", "first", "item", "itemMatching", "last", "params", "isProxy", "pairedItem"});
    if (std::find(kMembers.begin(), kMembers.end(), name) != kMembers.end()) return;
    if (is_guarded_read(piece.script, node)) return;
    report_code(report, piece, node.begin_offset(), format("$input has no member '{}'", name),
                "it has first(), last(), all(), item, params and context");
    return;
  }
  const Node input = object.child(Field::object);
  const std::string_view method = object.child(Field::property).text();
  const bool uncalled = is_free(piece, input, "$input") && (method == "first" || method == "last" || method == "all");
  if (!uncalled || name == "call" || name == "apply" || name == "bind" || name == "name") return;
  report_code(report, piece, object.begin_offset(), format("$input.{} is a function and not called", method),
              format("write $input.{}()", method));
}

void check_piece(const CodePiece& piece, Reporter& report) {
  for (std::uint32_t i = 0; i < piece.script.size(); ++i) {
    const Node node = piece.script.node(i);
    if (!node.is(Kind::member_expression)) continue;
    const std::string_view name = node.child(Field::property).text();
    check_input_method(piece, node, name, report);
    check_item_member(piece, node, name, report);
    check_now_format(piece, node, name, report);
    check_extension(piece, node, name, report);
    check_input_member(piece, node, name, report);
  }
}

void check(const WorkflowInput& input, Reporter& report) {
  for (const CodePiece& piece : input.code.pieces()) {
    const bool judged = piece.kind == CodeKind::code_all || piece.kind == CodeKind::code_each;
    if (judged && !piece.script.error()) check_piece(piece, report);
  }
}

}  // namespace

}  // namespace code_mode

extern const WorkflowRule kCodeMode;
const WorkflowRule kCodeMode{
    {"code/mode", Severity::error, Scope::always, "uses in code what its mode or n8n's item shape does not allow",
     "In mode \"run once for each item\" n8n rejects $input.first/last/all/itemMatching before it runs anything; items "
     "are {json, binary, pairedItem} (n8n-nodes-base, Code/utils). n8n's extensions of values, such as .isEmpty(), "
     "exist "
     "in expressions alone.",
     "Use $input.item or $json per item, $input.all() over all; keep data under json."},
    code_mode::check};

}  // namespace kairon::lint
