#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/format.h"
#include "js/scope.h"
#include "lint/code_report.h"
#include "lint/support/flow_reads.h"
#include "workflow/code_shape.h"

namespace kairon::lint {
namespace code_return_shape {
namespace {

using js::Field;
using js::Kind;
using js::Node;
using workflow::CodeKind;
using workflow::CodePiece;
using workflow::Kinds;
using workflow::Value;

constexpr std::string_view kReturnHelp = "return the items, or null for none: return [{ json: { ... } }]";

/// What an item may carry: n8n-workflow INodeExecutionData, and what n8n itself adds.
constexpr std::array kReturnedKeys =
    std::to_array<std::string_view>({"json", "binary", "pairedItem", "error", "index", "executionStatus", "metadata",
                                     "evaluationData", "redaction", "sendMessage"});

constexpr Kinds kNoItem = workflow::kText | workflow::kNumber | workflow::kBoolean | workflow::kFunction;

/// True when the statement itself throws, not a function that it defines.
bool may_throw(const CodePiece& piece, const Node& statement) {
  for (std::uint32_t i = statement.index(); i < statement.next_index(); ++i) {
    const Node node = piece.script.node(i);
    if (node.is(Kind::throw_statement) && !node.enclosing_function()) return true;
  }
  return false;
}

/// A key of a literal object, as far as it is written out.
struct ReturnedKeys {
  bool known = true;  ///< no spread and no computed key
  bool has_json = false;
  Node json;      ///< the value of `json`
  Node stranger;  ///< the first key that an item does not have
};

ReturnedKeys keys_of_returned(const Node& object) {
  ReturnedKeys keys;
  for (const Node child : object.children()) {
    const bool shorthand = child.is(Kind::shorthand_property_identifier);
    const auto name = shorthand ? std::optional<std::string>(child.text()) : js::property_name(child);
    const bool pair = shorthand || child.is(Kind::pair) || child.is(Kind::method_definition);
    if (!pair || !name) {
      keys.known = false;
      continue;
    }
    if (*name == "json") {
      keys.has_json = true;
      keys.json = shorthand ? child : child.child(Field::value);
    }
    const bool allowed = std::find(kReturnedKeys.begin(), kReturnedKeys.end(), *name) != kReturnedKeys.end();
    if (!allowed && !keys.stranger) keys.stranger = child;
  }
  return keys;
}

/// `list.map(...)` and its kin always give an array.
bool gives_array(const Node& value) {
  if (value.is(Kind::array)) return true;
  const std::string method = js::property_name(value.child(Field::function)).value_or("");
  return value.is(Kind::call_expression) && (method == "map" || method == "flatMap" || method == "filter");
}

/// The expressions that a value may come from: both sides of a choice, what a name was set to.
void collect_sources(const CodePiece& piece, const Node& node, std::vector<Node>& sources, int depth) {
  const Node value = node.unwrapped();
  if (!value || depth > 8) return;
  switch (value.kind()) {
    case Kind::ternary_expression:
      collect_sources(piece, value.child(Field::consequence), sources, depth + 1);
      return collect_sources(piece, value.child(Field::alternative), sources, depth + 1);
    case Kind::binary_expression:
      if (value.operator_text() != "||" && value.operator_text() != "??") break;
      collect_sources(piece, value.child(Field::left), sources, depth + 1);
      return collect_sources(piece, value.child(Field::right), sources, depth + 1);
    case Kind::identifier: {
      const Node known = piece.script.scope().value_of(value);
      // An object may still be changed through its name.
      if (gives_array(known)) return collect_sources(piece, known, sources, depth + 1);
      break;
    }
    default:
      break;
  }
  sources.push_back(value);
}

/// True when the end of a statement can be reached without a return.
bool falls_through(const Node& statement) {
  switch (statement.kind()) {
    case Kind::if_statement: {
      const Node otherwise = statement.child(Field::alternative);
      if (!otherwise) return true;
      Node inner;
      for (const Node child : otherwise.children()) inner = child;
      return falls_through(statement.child(Field::consequence)) || falls_through(inner);
    }
    case Kind::statement_block: {
      Node inner;
      for (const Node child : statement.children()) inner = child;
      return !inner || falls_through(inner);
    }
    case Kind::expression_statement:
    case Kind::lexical_declaration:
    case Kind::variable_declaration:
    case Kind::for_in_statement:
      return true;
    default:
      return false;
  }
}

/// What a value is that n8n takes no item from, "" for everything else.
std::string_view no_items(const Node& source) {
  const Node constructor = source.is(Kind::new_expression) ? source.child(Field::constructor) : Node();
  if (constructor.text() == "Map") return "a Map, of which n8n sees nothing,";
  if (constructor.text() == "Set") return "a Set, of which n8n sees nothing,";
  if (!source.is(Kind::call_expression)) return {};
  const std::string name = js::property_name(source.child(Field::function)).value_or("");
  const Node function = source.child(Field::arguments).first_child();
  const bool own = function.is(Kind::arrow_function) || function.is(Kind::function_expression);
  if (name == "forEach" && own) return "what forEach gives, which is nothing,";
  return name == "map" && own && function.text().starts_with("async") ? "promises, which nobody awaits," : "";
}

bool gives_nothing(const CodePiece& piece, const Node& function) {
  for (std::uint32_t i = function.index(); i < function.next_index(); ++i) {
    const Node node = piece.script.node(i);
    const bool own = node.enclosing_function() == function;
    if (own && (node.is(Kind::return_statement) || node.is(Kind::throw_statement))) return false;
  }
  return true;
}

bool has_spread(const Node& array) {
  bool found = false;
  for (const Node entry : array.children()) found = found || entry.is(Kind::spread_element);
  return found;
}

class ReturnedValue {
 public:
  ReturnedValue(const WorkflowInput& input, const CodePiece& piece, Reporter& report)
      : piece_(piece), report_(report), shape_(*input.flow->shapes, piece) {}

  void check_code() {
    bool returns = false;
    for (std::uint32_t i = 0; i < piece_.script.size(); ++i) {
      const Node node = piece_.script.node(i);
      if (!node.is(Kind::return_statement) || node.enclosing_function()) continue;
      returns = true;
      check_return(node);
    }
    if (returns) return check_end();
    Node last;
    for (const Node statement : piece_.script.root().children()) last = statement;
    // Code that ends with a throw is meant to fail.
    if (may_throw(piece_, last)) return;
    tell(last, kairon::format("the code of '{}' ends without returning anything", piece_.node->name));
  }

 private:
  /// Some branch returns, and the end of the code can be reached without a return.
  void check_end() {
    Node last;
    for (const Node statement : piece_.script.root().children()) last = statement;
    if (!falls_through(last)) return;
    tell(last, kairon::format("the code of '{}' may end here without returning anything", piece_.node->name),
         kReturnHelp, Severity::warning);
  }

  void tell(const Node& at, std::string message, std::string_view help = kReturnHelp,
            std::optional<Severity> severity = std::nullopt) {
    report_code(report_, piece_, at.begin_offset(), std::move(message), std::string(help), severity);
  }

  [[nodiscard]] bool each() const { return piece_.kind == CodeKind::code_each; }

  void check_return(const Node& statement) {
    const Node value = statement.first_child().unwrapped();
    if (!value || value.is(Kind::undefined_literal)) {
      // Once for each item n8n's task runner lets undefined pass as "no item"; without it the node fails.
      tell(statement, kairon::format("'{}' returns nothing here", piece_.node->name), kReturnHelp,
           each() ? std::optional(Severity::warning) : std::nullopt);
      return;
    }
    std::vector<Node> sources;
    collect_sources(piece_, value, sources, 0);
    for (const Node& source : sources) check_source(source);
  }

  void check_source(const Node& source) {
    if (each() && gives_array(source)) {
      tell(source, "code that runs once for each item returns an array",
           "return one object, { json: ... }, or change the mode to \"run once for all items\"");
      return;
    }
    if (const std::string_view refused = no_items(source); !refused.empty()) {
      tell(source, kairon::format("'{}' returns {} here", piece_.node->name, refused));
      return;
    }
    const Value value = shape_.value_of(source);
    if (value.kinds != workflow::kNull && value.is_only(kNoItem | workflow::kNull)) {
      tell(source, kairon::format("'{}' returns {} here", piece_.node->name, workflow::kinds_in_words(value.kinds)));
      return;
    }
    if (source.is(Kind::object)) return check_item(source, false);
    if (source.is(Kind::array)) return check_list(source, value);
    check_elements(source, value);
    if (source.is(Kind::call_expression)) check_mapped(source);
  }

  /// A list that is not written out: `items.map(i => i.json.name)`.
  void check_elements(const Node& source, const Value& value) {
    if (!value.is_only(workflow::kList) || !value.element) return;
    const Kinds refused = static_cast<Kinds>(kNoItem | workflow::kList | workflow::kNull);
    if (!value.element->is_only(refused)) return;
    tell(source, kairon::format("'{}' returns a list of which each entry is {}", piece_.node->name,
                                workflow::kinds_in_words(value.element->kinds)));
  }

  void check_list(const Node& array, const Value& whole) {
    if (has_spread(array)) check_elements(array, whole);
    bool with_json = false;
    Node without_json;
    for (const Node element : array.children()) {
      if (element.is(Kind::spread_element)) {
        check_mapped(element.first_child().unwrapped());
        continue;
      }
      const Node plain = element.unwrapped();
      const Value value = shape_.value_of(plain);
      if (value.is_only(static_cast<Kinds>(kNoItem | workflow::kList | workflow::kNull))) {
        tell(plain, kairon::format("an entry of the returned list is {}", workflow::kinds_in_words(value.kinds)));
        return;
      }
      if (!plain.is(Kind::object)) continue;
      const ReturnedKeys keys = keys_of_returned(plain);
      with_json = with_json || keys.has_json;
      if (keys.known && !keys.has_json && keys.stranger && !without_json) without_json = plain;
      check_item(plain, true);
    }
    if (with_json && without_json)
      tell(without_json, "one entry of the returned list has json, another has data next to it: n8n refuses the list",
           "put the data of every entry below json");
  }

  /// The objects that `list.map(x => ({...}))` makes.
  void check_mapped(const Node& call) {
    const Node function = call.child(Field::arguments).first_child();
    const bool plain = function.is(Kind::arrow_function) || function.is(Kind::function_expression);
    if (!plain || js::property_name(call.child(Field::function)) != "map") return;
    const Node body = function.child(Field::body).unwrapped();
    if (body.is(Kind::object)) return check_item(body, true);
    if (!body.is(Kind::statement_block)) return;
    if (gives_nothing(piece_, function)) {
      tell(function, "the function of map returns nothing, so that the list holds no items",
           "return the item at its end: return item;");
      return;
    }
    for (std::uint32_t i = body.index(); i < body.next_index(); ++i) {
      const Node node = piece_.script.node(i);
      if (!node.is(Kind::return_statement) || node.enclosing_function() != function) continue;
      const Node made = node.first_child().unwrapped();
      if (made.is(Kind::object)) check_item(made, true);
    }
  }

  /// An object that is given back as an item.
  void check_item(const Node& object, bool in_list) {
    const ReturnedKeys keys = keys_of_returned(object);
    if (!keys.has_json) return;
    if (keys.known && keys.stranger) {
      const std::string_view text = keys.stranger.text();
      tell(keys.stranger,
           kairon::format("a returned item has the key '{}' next to json", text.substr(0, text.find(':'))),
           "move it into json: n8n refuses other keys of an item");
    }
    const Value value = shape_.value_of(keys.json);
    constexpr Kinds kRefused = kNoItem | workflow::kList | workflow::kDate | workflow::kJsDate;
    const bool refuses_null = in_list || each();
    if ((refuses_null || value.kinds != workflow::kNull) && value.is_only(kRefused | workflow::kNull))
      tell(keys.json,
           kairon::format("the json of a returned item is {}, not an object", workflow::kinds_in_words(value.kinds)),
           "put the value into an object: json: { value: ... }");
  }

  const CodePiece& piece_;
  Reporter& report_;
  workflow::CodeShape shape_;
};

/// An empty text is not a piece of code, but n8n runs it.
void check_empty_code(const workflow::Node& node, Reporter& report) {
  const std::string_view language = node.parameters["language"].string();
  const json::Value code = node.parameters["jsCode"];
  if (!node.is_base("code") || node.disabled || !code.is_string() || !code.string().empty()) return;
  if (!language.empty() && language != "javaScript") return;
  report.at(code, &node, kairon::format("'{}' has no code", node.name), std::string(kReturnHelp));
}

void check_return_shape(const WorkflowInput& input, Reporter& report) {
  for (const workflow::Node& node : input.workflow.nodes()) check_empty_code(node, report);
  for (const CodePiece& piece : input.code.pieces()) {
    const bool judged = piece.kind == CodeKind::code_all || piece.kind == CodeKind::code_each;
    if (judged && !piece.node->disabled && !piece.script.error()) ReturnedValue(input, piece, report).check_code();
  }
}

}  // namespace

}  // namespace code_return_shape

extern const WorkflowRule kCodeReturnShape;
const WorkflowRule kCodeReturnShape{
    {"code/return-shape", Severity::error, Scope::always,
     "returns from code nothing, or what n8n does not take as items",
     "n8n looks at what the code gave back: undefined, a text, a number, a list of them, an item whose json is not an "
     "object, or keys next to json make the node fail (\"Code doesn't return items properly\", \"A 'json' property "
     "isn't "
     "an object\"; n8n-nodes-base 1.123, Code/result-validation). Code that runs once for each item returns one "
     "object, "
     "not a list. null means: no items. Code that ends with a throw is left alone.",
     "Return the items at every end of the code, with their data as an object below json; return null or [] for none."},
    code_return_shape::check_return_shape};

}  // namespace kairon::lint
