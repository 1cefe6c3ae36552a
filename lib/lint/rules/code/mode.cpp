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

void check_piece(const CodePiece& piece, Reporter& report) {
  for (std::uint32_t i = 0; i < piece.script.size(); ++i) {
    const Node node = piece.script.node(i);
    if (!node.is(Kind::member_expression)) continue;
    const std::string_view name = node.child(Field::property).text();
    check_input_method(piece, node, name, report);
    check_item_member(piece, node, name, report);
    check_now_format(piece, node, name, report);
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
     "are {json, binary, pairedItem} (n8n-nodes-base, Code/utils).",
     "Use $input.item or $json per item, $input.all() over all; keep data under json."},
    code_mode::check};

}  // namespace kairon::lint
