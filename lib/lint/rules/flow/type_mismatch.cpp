#include <array>
#include <optional>
#include <string>
#include <utility>

#include "base/format.h"
#include "lint/reporter.h"
#include "lint/support/flow_reads.h"
#include "workflow/code_shape.h"

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
       {"dateTime", workflow::kDate | workflow::kText | workflow::kNumber},
       {"array", workflow::kList},
       {"object", workflow::kObject | workflow::kDate}}};
  for (const auto& [name, kinds] : kAccepted)
    if (name == type) return static_cast<Kinds>(kinds | workflow::kNull);
  return std::nullopt;
}

class TypeMismatch {
 public:
  TypeMismatch(const WorkflowInput& input, Reporter& report) : input_(input), report_(report) {}

  void check_filter(const Node& node, const Value& filter) const {
    const string_view validation = filter["options"]["typeValidation"].string();
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

  void check_set(const Node& node) const {
    const Value ignores = node.parameters["options"]["ignoreConversionErrors"];
    if (ignores.boolean() || ignores.is_string()) return;
    for (const Value field : node.parameters["assignments"]["assignments"]) {
      const string_view type = field["type"].string();
      const std::optional<workflow::Value> value = computed(node, field["value"]);
      if (!value || !cannot_convert(type, *value)) continue;
      report_.at(field["value"], &node,
                 kairon::format("'{}' sets '{}' to {}, which does not convert to {}: the node fails", node.name,
                                field["name"].string(), workflow::kinds_in_words(value->kinds), type),
                 "change the type of the field, or convert the value in the expression");
    }
  }

 private:
  static bool cannot_convert(string_view type, const workflow::Value& value) {
    using namespace workflow;
    if (!value.known()) return false;
    if (type == "number") return value.is_only(kObject);
    if (type == "boolean") return value.is_only(kObject | kList);
    if (type == "array") return value.is_only(kObject | kNumber | kBoolean);
    return type == "object" && value.is_only(kList | kNumber | kBoolean);
  }

  /// The value of a parameter that is one whole expression; nothing when it is text or a mixture.
  [[nodiscard]] std::optional<workflow::Value> computed(const Node& node, const Value& parameter) const {
    if (!parameter.string().starts_with('=')) return std::nullopt;
    for (const CodePiece& piece : input_.code.pieces()) {
      if (piece.node != &node || piece.string != parameter) continue;
      if (!piece.is_whole_value() || piece.script.error()) return workflow::Value::of(workflow::kText);
      return workflow::CodeShape(*input_.flow->shapes, piece).value_of(piece.script.expression());
    }
    return std::nullopt;
  }

  [[nodiscard]] static Kinds kind_of_literal(const Value& literal) {
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

  void check_side(const Node& node, const Value& side, string_view type) const {
    const std::optional<Kinds> takes = accepted(type);
    if (!takes || !side.present()) return;
    const bool literal = !side.string().starts_with('=');
    const std::optional<workflow::Value> value =
        literal ? std::optional(workflow::Value::of(kind_of_literal(side))) : computed(node, side);
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

void check_type_mismatch(const WorkflowInput& input, Reporter& report) {
  const TypeMismatch mismatch(input, report);
  for (const Node& node : input.workflow.nodes()) {
    if (node.disabled || !input.workflow.reachable()[node.index] || node.continues_on_error()) continue;
    if ((node.is_base("if") || node.is_base("filter")) && node.version >= 2)
      mismatch.check_filter(node, node.parameters["conditions"]);
    if (node.is_base("switch") && node.version >= 3) {
      for (const Value rule : node.parameters["rules"]["values"]) mismatch.check_filter(node, rule["conditions"]);
    }
    if (node.is_base("set") && node.version >= 3.3 && node.parameters["mode"].string() != "raw")
      mismatch.check_set(node);
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
