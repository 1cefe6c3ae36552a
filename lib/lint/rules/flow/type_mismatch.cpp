#include <array>
#include <optional>
#include <string>
#include <utility>

#include "base/format.h"
#include "lint/reporter.h"
#include "lint/support/conversion.h"
#include "lint/support/flow_reads.h"
#include "lint/support/json_template.h"
#include "workflow/code_shape.h"
#include "workflow/expression.h"

namespace kairon::lint {
namespace flow_type_mismatch {
namespace {

using json::Value;
using std::string_view;
using workflow::CodePiece;
using workflow::Kinds;
using workflow::Node;

/// Which kinds an operator type takes in strict mode; null and absent values pass every type
/// (validateFieldType of n8n-workflow, tried on 1.123 and 2.41).
std::optional<Kinds> accepted(string_view type) {
  static constexpr std::array<std::pair<string_view, Kinds>, 6> kAccepted = {
      {{"string", workflow::kText},
       {"number", workflow::kNumber},
       {"boolean", workflow::kBoolean},
       {"dateTime", workflow::kDate | workflow::kJsDate | workflow::kText | workflow::kNumber},
       {"array", workflow::kList},
       {"object", workflow::kObject | workflow::kDate | workflow::kJsDate}}};
  for (const auto& [name, kinds] : kAccepted)
    if (name == type) return static_cast<Kinds>(kinds | workflow::kNull);
  return std::nullopt;
}

/// The value of a parameter that is one whole expression; nothing when it is text or a mixture.
std::optional<workflow::Value> computed(const WorkflowInput& input, const Node& node, const Value& parameter) {
  if (!parameter.string().starts_with('=')) return std::nullopt;
  for (const CodePiece& piece : input.code.pieces_of(parameter)) {
    if (piece.node != &node || piece.string != parameter) continue;
    // A blank or a line's end after the `}}` makes a text of it as well (tried on 1.123 and 2.41).
    const bool alone = piece.is_whole_value() && parameter.string().ends_with("}}");
    if (!alone || piece.script.error()) return workflow::Value::of(workflow::kText);
    workflow::Value value = workflow::CodeShape(*input.flow->shapes, piece).value_of(piece.script.expression());
    // A date of Luxon arrives in a parameter as its text (cleanupParameterData of n8n-core), one of JavaScript not;
    // and one that a task runner handed over is text as well.
    if (value.known() && (value.kinds & workflow::kDate) != 0)
      value.kinds = static_cast<Kinds>(value.kinds | workflow::kText);
    return value;
  }
  return std::nullopt;
}

bool is_wordy(string_view text) { return text.find_first_of("ghjklmqrsuvwyzGHJKLMQRSUVWYZ$%") != string_view::npos; }

/// Text around the `{{ }}` that no number has in it.
bool has_words_around(const Value& parameter) {
  const string_view text = parameter.string().substr(1);
  std::size_t at = 0;
  for (const workflow::ExpressionPart& part : workflow::split_expression(text)) {
    if (!part.closed || part.begin < at + 2) return false;
    if (is_wordy(text.substr(at, part.begin - 2 - at))) return true;
    at = part.end + 2;
  }
  return at > 0 && at <= text.size() && is_wordy(text.substr(at));
}

/// An odd number of quotes before it.
bool is_quoted(string_view before) {
  bool inside = false;
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (before[i] == '\\') {
      ++i;
    } else if (before[i] == '"') {
      inside = !inside;
    }
  }
  return inside;
}

/// A text that is written out and is not JSON; an object, or a list of objects.
bool spoils_json(const workflow::Value& value) {
  if (value.is_only(workflow::kText)) return value.literal && !is_json(*value.literal);
  if (value.is_only(workflow::kObject)) return true;
  return value.is_only(workflow::kList) && value.element && value.element->is_only(workflow::kObject);
}

/// A text that is written out and ends the quotes around it, or holds what JSON has no place for. One that goes on with
/// keys of its own is left alone.
bool spoils_quotes(const workflow::Value& value) {
  if (!value.is_only(workflow::kText) || !value.literal) return false;
  const string_view text = *value.literal;
  const bool goes_on = text.find("\",") != string_view::npos || text.find("\":") != string_view::npos;
  return !goes_on && !is_json("\"" + *value.literal + "\"");
}

/// Edit Fields in JSON mode, where one expression is the whole object.
void check_raw(const WorkflowInput& input, const Node& node, Reporter& report) {
  const Value text = node.parameters["jsonOutput"];
  const std::optional<workflow::Value> value = computed(input, node, text);
  const bool whole = value && value->known() && value->kinds != workflow::kNull;
  if (!whole || !value->is_only(workflow::kList | workflow::kNumber | workflow::kBoolean)) return;
  report.at(text, &node,
            kairon::format("'{}' sets its JSON to {}, not an object: the node fails", node.name,
                           workflow::kinds_in_words(value->kinds)),
            "give an object: ={{ { name: value } }}");
}

/// A JSON body with `{{ }}`: outside of quotes an object becomes "[object Object]", between them a text may end them.
void check_json_body(const WorkflowInput& input, const Node& node, Reporter& report) {
  const Value& parameters = node.parameters;
  const Value body = parameters["jsonBody"];
  const string_view content = parameters["contentType"].string();
  if (!parameters["sendBody"].boolean() || parameters["specifyBody"].string() != "json") return;
  if ((!content.empty() && content != "json") || !body.string().starts_with('=')) return;
  for (const CodePiece& piece : input.code.pieces_of(body)) {
    if (piece.node != &node || piece.string != body || piece.is_whole_value() || piece.script.error()) continue;
    const workflow::Value value = workflow::CodeShape(*input.flow->shapes, piece).value_of(piece.script.expression());
    if (is_quoted(body.string().substr(1, piece.begin - 1))) {
      if (spoils_quotes(value))
        report.in_string(body, piece.begin, &node,
                         kairon::format("the JSON body of '{}' puts a text with quotes, backslashes or line breaks "
                                        "between quotes: the node fails",
                                        node.name),
                         "write {{ JSON.stringify(...) }} without quotes around it");
      continue;
    }
    if (!spoils_json(value) || !is_json_value(body.string(), piece.begin)) continue;
    report.in_string(body, piece.begin, &node,
                     kairon::format("the JSON body of '{}' holds {} that is not written as JSON: the node fails",
                                    node.name, workflow::kinds_in_words(value.kinds)),
                     value.is_only(workflow::kText) ? "put it into quotes, or write {{ JSON.stringify(...) }}"
                                                    : "write {{ JSON.stringify(...) }}");
  }
}

/// Respond to Webhook parses a body of JSON before it answers.
void check_response(const Node& node, Reporter& report) {
  const Value body = node.parameters["responseBody"];
  string_view text = body.string();
  const bool fixed = !text.starts_with('=') || text.find("{{") == string_view::npos;
  if (node.parameters["respondWith"].string() != "json" || !body.is_string() || text.empty() || !fixed) return;
  if (text.starts_with('=')) text.remove_prefix(1);
  if (text.empty() || is_json(text)) return;
  report.at(body, &node,
            kairon::format("the response body of '{}' is not JSON: the node fails with \"Invalid JSON in 'Response "
                           "Body' field\"",
                           node.name),
            "write JSON, or set \"Respond With\" to text");
}

Kinds kind_of_literal(const Value& literal) {
  switch (literal.type()) {
    case json::Type::string:
      return workflow::kText;
    case json::Type::number:
      return workflow::kNumber;
    case json::Type::boolean:
      return workflow::kBoolean;
    case json::Type::array:
      return workflow::kList;
    case json::Type::object:
      return workflow::kObject;
    case json::Type::null:
      break;
  }
  return workflow::kNull;
}

/// What Edit Fields does not convert to the type of a field.
bool cannot_convert(string_view type, const workflow::Value& value) {
  using namespace workflow;
  if (!value.known()) return false;
  if (type == "number") return value.is_only(kObject);
  if (type == "boolean") return value.is_only(kObject | kList);
  if (type == "array") return value.is_only(kObject | kNumber | kBoolean);
  return type == "object" && value.is_only(kList | kNumber | kBoolean);
}

/// What an input of a called workflow does not take.
bool is_refused_input(string_view type, const workflow::Value& value, bool strict) {
  using namespace workflow;
  const Kinds kinds = static_cast<Kinds>(value.kinds & static_cast<Kinds>(~kNull));
  if (!value.known() || kinds == 0) return false;
  if (!strict && value.is_only(kText) && value.literal) return !text_converts(type, *value.literal);
  if (!strict) return cannot_convert(type, value);
  if (type == "dateTime") return false;
  const std::optional<Kinds> takes = accepted(type);
  return takes && (kinds & *takes) == 0;
}

class TypeMismatch {
 public:
  TypeMismatch(const WorkflowInput& input, Reporter& report) : input_(input), report_(report) {}

  void check_filter(const Node& node, const Value& filter) const {
    const string_view validation = filter["options"]["typeValidation"].string();
    for (const Value condition : filter["conditions"]) check_texts(node, condition, validation == "loose");
    if (validation != "strict") return;
    // From version 3 of the filter on an empty text counts as null where a number is compared.
    const bool blank_is_null = filter["options"]["version"].number() >= 3;
    for (const Value condition : filter["conditions"]) {
      const Value op = condition["operator"];
      check_side(node, condition["leftValue"], op["type"].string());
      if (op["singleValue"].boolean()) continue;
      const string_view right = op["rightType"].string();
      const Value other = condition["rightValue"];
      if (blank_is_null && other.is_string() && other.string().empty() &&
          (right.empty() ? op["type"].string() : right) == "number")
        continue;
      check_side(node, other, right.empty() ? op["type"].string() : right);
    }
  }

  /// Execute Sub-workflow holds each value against the type that its input had when the call was drawn.
  void check_inputs(const Node& node) const {
    const Value mapper = node.parameters["workflowInputs"];
    if (!mapper["value"].is_object() || !mapper["schema"].is_array()) return;
    const bool strict = !mapper["attemptToConvertTypes"].boolean();
    for (const Value input : mapper["schema"]) {
      const string_view type = input["type"].string();
      const Value given = mapper["value"][input["id"].string()];
      if (!given.present() || (type == "string" && !mapper["convertFieldsToString"].boolean())) continue;
      const std::optional<workflow::Value> value = value_of(node, given);
      if (!value || !is_refused_input(type, *value, strict)) continue;
      report_.at(given, &node,
                 kairon::format("'{}' passes {} as the input '{}', which takes {}: the node fails", node.name,
                                workflow::kinds_in_words(value->kinds & static_cast<Kinds>(~workflow::kNull)),
                                input["id"].string(), type),
                 "convert the value, or switch on \"Attempt to convert types\"");
    }
  }

  void check_set(const Node& node) const {
    const Value ignores = node.parameters["options"]["ignoreConversionErrors"];
    if (ignores.boolean() || ignores.is_string()) return;
    for (const Value field : node.parameters["assignments"]["assignments"]) {
      const string_view type = field["type"].string();
      const std::optional<workflow::Value> value = computed(input_, node, field["value"]);
      if (value && value->is_only(workflow::kText) && value->literal && !text_converts(type, *value->literal)) {
        report_.at(field["value"], &node,
                   kairon::format("'{}' sets '{}' to the text '{}', which does not convert to {}: the node fails",
                                  node.name, field["name"].string(), value->literal->substr(0, 40), type),
                   "change the type of the field, or convert the value in the expression");
        continue;
      }
      if (value && type == "number" && has_words_around(field["value"])) {
        report_.at(field["value"], &node,
                   kairon::format("'{}' sets '{}' to a text with words in it, which is not a number: the node fails",
                                  node.name, field["name"].string()),
                   "leave the words out, or change the type of the field");
        continue;
      }
      if (!value || !cannot_convert(type, *value)) continue;
      report_.at(field["value"], &node,
                 kairon::format("'{}' sets '{}' to {}, which does not convert to {}: the node fails", node.name,
                                field["name"].string(), workflow::kinds_in_words(value->kinds), type),
                 "change the type of the field, or convert the value in the expression");
    }
  }

 private:
  /// What a parameter holds: a literal, or what its expression gives.
  [[nodiscard]] std::optional<workflow::Value> value_of(const Node& node, const Value& parameter) const {
    if (parameter.string().starts_with('=')) return computed(input_, node, parameter);
    return parameter.is_string() ? workflow::Value::of_text(parameter.string())
                                 : workflow::Value::of(kind_of_literal(parameter));
  }

  /// The text of one side of a condition, written out here or by a node before.
  [[nodiscard]] std::optional<std::string> text_of(const Node& node, const Value& side) const {
    if (!side.is_string()) return std::nullopt;
    if (!side.string().starts_with('=')) return std::string(side.string());
    const auto value = computed(input_, node, side);
    if (!value || !value->is_only(workflow::kText) || !value->literal) return std::nullopt;
    return *value->literal;
  }

  /// Texts that no conversion makes a date (both modes), a number, list or object (loose).
  void check_texts(const Node& node, const Value& condition, bool loose) const {
    const Value op = condition["operator"];
    const string_view right = op["rightType"].string();
    check_text(node, condition["leftValue"], op["type"].string(), loose);
    if (!op["singleValue"].boolean())
      check_text(node, condition["rightValue"], right.empty() ? op["type"].string() : right, loose);
  }

  void check_text(const Node& node, const Value& side, string_view type, bool loose) const {
    const auto text = text_of(node, side);
    if (!text || text->empty()) return;
    const bool refused =
        type == "dateTime" ? is_never_a_date(*text) : loose && type != "boolean" && !text_converts(type, *text);
    if (!refused) return;
    report_.at(side, &node,
               kairon::format("'{}' compares the text '{}' as {}: it does not convert, and the node fails", node.name,
                              text->substr(0, 40), type),
               "write a value of that type, or choose the operator of text");
  }

  void check_side(const Node& node, const Value& side, string_view type) const {
    const std::optional<Kinds> takes = accepted(type);
    if (!takes || !side.present()) return;
    const bool literal = !side.string().starts_with('=');
    const std::optional<workflow::Value> value =
        literal ? std::optional(workflow::Value::of(kind_of_literal(side))) : computed(input_, node, side);
    if (!value || !value->known() || value->kinds == workflow::kNull) return;
    const Kinds passes = static_cast<Kinds>(value->kinds & *takes & static_cast<Kinds>(~workflow::kNull));
    if (passes != 0) return;
    report_.at(side, &node,
               kairon::format("'{}' compares {} as {}: the node fails with \"Wrong type\"", node.name,
                              workflow::kinds_in_words(value->kinds & static_cast<Kinds>(~workflow::kNull)), type),
               "convert the value, or choose the operator of its type, or switch on \"Convert types where required\"");
  }

  const WorkflowInput& input_;
  Reporter& report_;
};

/// `={{ ... }}` with text around it, where the value is an object: it becomes "[object Object]".
void check_object_in_text(const WorkflowInput& input, const Node& node, Reporter& report) {
  if (node.parameters["mode"].string() == "raw") return;  // n8n writes JSON there
  for (const Value field : node.parameters["assignments"]["assignments"]) {
    const Value text = field["value"];
    for (const CodePiece& piece : input.code.pieces_of(text)) {
      if (piece.node != &node || piece.string != text || piece.is_whole_value() || piece.script.error()) continue;
      const workflow::Value value = workflow::CodeShape(*input.flow->shapes, piece).value_of(piece.script.expression());
      if (value.kinds != workflow::kObject) continue;
      report.in_string(text, piece.begin, &node,
                       kairon::format("'{}' puts an object into a text, where it becomes [object Object]", node.name),
                       "write {{ JSON.stringify(...) }}, or one of its fields", Severity::warning);
    }
  }
}

void check_type_mismatch(const WorkflowInput& input, Reporter& report) {
  const TypeMismatch mismatch(input, report);
  for (const Node& node : input.workflow.nodes()) {
    if (node.disabled || !input.workflow.reachable()[node.index] || node.continues_on_error()) continue;
    if ((node.is_base("if") || node.is_base("filter")) && node.version >= 2)
      mismatch.check_filter(node, node.parameters["conditions"]);
    if (node.is_base("switch") && node.version >= 3) {
      for (const Value rule : node.parameters["rules"]["values"]) mismatch.check_filter(node, rule["conditions"]);
    }
    const string_view source = node.parameters["source"].string();
    if (node.is_base("executeWorkflow") && node.version >= 1.2 && (source.empty() || source == "database"))
      mismatch.check_inputs(node);
    if (node.is_base("set") && node.version >= 3.3 && node.parameters["mode"].string() != "raw")
      mismatch.check_set(node);
    if (node.is_base("set") && node.version >= 3.3) check_object_in_text(input, node, report);
    if (node.is_base("set") && node.version >= 3 && node.parameters["mode"].string() == "raw")
      check_raw(input, node, report);
    if (node.is_base("respondToWebhook")) check_response(node, report);
    if (node.is_base("httpRequest") && node.version >= 3) check_json_body(input, node, report);
  }
}

}  // namespace

}  // namespace flow_type_mismatch

extern const WorkflowRule kFlowTypeMismatch;
const WorkflowRule kFlowTypeMismatch{
    {"flow/type-mismatch", Severity::error, Scope::always,
     "compares a value of a known kind as another, or sets it into a field of a type it does not convert to",
     "If, Filter (from version 2) and Switch (from version 3) check the type of both sides of a condition when their "
     "type validation is strict, and fail with \"Wrong type\"; null passes. Edit Fields converts a value to the type "
     "of "
     "its field and fails where it cannot (n8n-workflow 1.123, filter-parameter and validateFieldType).",
     "Convert the value, or choose the type that it has."},
    flow_type_mismatch::check_type_mismatch};

}  // namespace kairon::lint
