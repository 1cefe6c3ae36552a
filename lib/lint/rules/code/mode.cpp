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

/// An object that is given back as an item: keys beside `json` are refused by n8n.
void check_returned_item(const CodePiece& piece, const Node& object, Reporter& report) {
  if (!object.is(Kind::object)) return;
  const Node* wrong = nullptr;
  Node found;
  bool has_json = false;
  for (const Node child : object.children()) {
    const bool pair =
        child.is(Kind::pair) || child.is(Kind::shorthand_property_identifier) || child.is(Kind::method_definition);
    if (!pair) return;  // a spread may bring anything
    const auto name = child.is(Kind::shorthand_property_identifier) ? std::optional<std::string>(child.text())
                                                                    : js::property_name(child);
    if (!name) return;
    if (*name == "json") has_json = true;
    if (!is_item_key(*name) && wrong == nullptr) {
      found = child;
      wrong = &found;
    }
  }
  if (!has_json || wrong == nullptr) return;
  report_code(report, piece, wrong->begin_offset(),
              format("a returned item has the key '{}' beside json", wrong->text().substr(0, wrong->text().find(':'))),
              "move it into json: n8n refuses other keys of an item");
}

/// `list.map(...)` and its kin always give an array.
bool makes_list(const Node& value) {
  if (value.is(Kind::array)) return true;
  const std::string method = js::property_name(value.child(Field::function)).value_or("");
  return value.is(Kind::call_expression) && (method == "map" || method == "flatMap" || method == "filter");
}

/// The expressions that a value may come from: both sides of a choice, what a name was set to.
void collect_sources(const CodePiece& piece, const Node& node, std::vector<Node>& sources, int depth = 0) {
  const Node value = node.unwrapped();
  if (!value || depth > 8) return;
  switch (value.kind()) {
    case Kind::ternary_expression:
      collect_sources(piece, value.child(Field::consequence), sources, depth + 1);
      return collect_sources(piece, value.child(Field::alternative), sources, depth + 1);
    case Kind::binary_expression:
      if (value.operator_text() != "||" && value.operator_text() != "??") return;
      collect_sources(piece, value.child(Field::left), sources, depth + 1);
      return collect_sources(piece, value.child(Field::right), sources, depth + 1);
    case Kind::identifier: {
      const Node known = piece.script.scope().value_of(value);
      // An object may still be changed behind its name.
      if (makes_list(known)) collect_sources(piece, known, sources, depth + 1);
      return;
    }
    default:
      sources.push_back(value);
  }
}

/// The objects that `list.map(x => ({...}))` makes.
void check_mapped(const CodePiece& piece, const Node& call, Reporter& report) {
  const Node function = call.child(Field::arguments).first_child();
  const bool plain = function.is(Kind::arrow_function) || function.is(Kind::function_expression);
  if (!plain || js::property_name(call.child(Field::function)) != "map") return;
  const Node body = function.child(Field::body).unwrapped();
  check_returned_item(piece, body, report);
  if (!body.is(Kind::statement_block)) return;
  for (std::uint32_t i = body.index(); i < body.next_index(); ++i) {
    const Node node = piece.script.node(i);
    if (node.is(Kind::return_statement) && node.enclosing_function() == function)
      check_returned_item(piece, node.first_child().unwrapped(), report);
  }
}

void check_returned(const CodePiece& piece, const Node& value, Reporter& report) {
  check_returned_item(piece, value, report);
  if (value.is(Kind::call_expression)) check_mapped(piece, value, report);
  if (!value.is(Kind::array)) return;
  for (const Node element : value.children()) {
    check_returned_item(piece, element.unwrapped(), report);
    if (element.is(Kind::spread_element)) check_mapped(piece, element.first_child().unwrapped(), report);
  }
}

void check_return(const CodePiece& piece, const Node& node, Reporter& report) {
  if (node.enclosing_function()) return;
  std::vector<Node> sources;
  collect_sources(piece, node.first_child(), sources);
  for (const Node& value : sources) {
    if (piece.kind == CodeKind::code_each && makes_list(value)) {
      report_code(report, piece, value.begin_offset(), "code that runs once for each item returns an array",
                  "return one object, { json: ... }, or change the mode to \"run once for all items\"");
    }
    check_returned(piece, value, report);
  }
}

void check_piece(const CodePiece& piece, Reporter& report) {
  for (std::uint32_t i = 0; i < piece.script.size(); ++i) {
    const Node node = piece.script.node(i);
    if (node.is(Kind::return_statement)) check_return(piece, node, report);
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
    {"code/mode", Severity::error, Scope::always, "code uses what its mode or n8n's item shape does not allow",
     "In mode \"run once for each item\" n8n rejects $input.first/last/all/itemMatching before it runs anything and "
     "fails when an array is "
     "returned; items are {json, binary, pairedItem} and other keys of a returned item are refused (n8n-nodes-base "
     "Code/utils).",
     "Use $input.item or $json per item, $input.all() over all; keep data under json."},
    code_mode::check};

}  // namespace kairon::lint
