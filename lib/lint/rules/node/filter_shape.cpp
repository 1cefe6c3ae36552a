#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/format.h"
#include "base/text.h"
#include "catalogue/catalogue.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "workflow/workflow.h"

namespace kairon::lint {
namespace node_filter_shape {
namespace {

using json::Value;
using workflow::Node;

/// Operations by operator type, besides exists and notExists, which every type has
/// (executeFilterCondition of n8n-workflow 1.123).
struct Operator {
  std::string_view type;
  std::string_view operations;
};
constexpr std::array<Operator, 7> kOperators = {{
    {"string",
     " empty notEmpty equals notEquals contains notContains startsWith notStartsWith endsWith notEndsWith "
     "regex notRegex "},
    {"number", " empty notEmpty equals notEquals gt lt gte lte "},
    {"dateTime", " empty notEmpty equals notEquals after before afterOrEquals beforeOrEquals "},
    {"boolean", " empty notEmpty true false equals notEquals "},
    {"array",
     " empty notEmpty contains notContains lengthEquals lengthNotEquals lengthGt lengthLt lengthGte lengthLte "},
    {"object", " empty notEmpty "},
    {"any", " "},
}};

bool is_expression(const Value& value) { return value.string().starts_with("="); }

bool knows(const Operator& known, std::string_view operation) {
  return operation == "exists" || operation == "notExists" ||
         text::contains(known.operations, " " + std::string(operation) + " ");
}

std::string or_list(std::string_view blank_separated) {
  return text::replace_all(text::trim(std::string(text::trim(blank_separated)) + " exists notExists"), " ", ", ");
}

void check_operator(const Value& condition, const Node& node, Reporter& report) {
  const Value op = condition["operator"];
  if (!op.is_object()) {
    report.at(op.present() ? op : condition, &node, "the condition has no operator: n8n fails on it",
              "set {\"type\": ..., \"operation\": ...}");
    return;
  }
  for (const Value member : op) {
    static constexpr std::string_view kAllowed = " type operation rightType singleValue name ";
    if (text::contains(kAllowed, " " + std::string(member.key()) + " ")) continue;
    report.at(member.key_value(), &node,
              kairon::format("'{}' is not a part of an operator: n8n ignores it", member.key()),
              member.key() == "rightValue" ? "rightValue belongs next to operator, not into it" : "remove it");
  }
  const Value type = op["type"];
  const Value operation = op["operation"];
  if (is_expression(type) || is_expression(operation)) return;
  const auto known = std::find_if(kOperators.begin(), kOperators.end(),
                                  [&](const Operator& one) { return one.type == type.string(); });
  if (known == kOperators.end()) {
    report.at(type.present() ? type : op, &node,
              kairon::format("the operator type '{}' does not exist: the condition is never true", type.string()),
              "use string, number, dateTime, boolean, array, object or any");
  } else if (!knows(*known, operation.string())) {
    report.at(operation.present() ? operation : op, &node,
              kairon::format("the operator type {} has no operation '{}': the condition is never true", known->type,
                             operation.string()),
              "use one of " + or_list(known->operations));
  }
}

bool is_blank(const Value& value) { return value.is_null() || (value.is_string() && value.string().empty()); }

/// The row that the editor adds: nothing equals nothing, which is true. Beside a real condition and
/// joined by "and" it changes nothing.
bool is_harmless_row(const Value& filter, const Value& condition) {
  if (filter["combinator"].string() != "and" || !is_blank(condition["rightValue"])) return false;
  if (condition["operator"]["operation"].string() != "equals") return false;
  for (const Value other : filter["conditions"]) {
    if (!is_blank(other["leftValue"])) return true;
  }
  return false;
}

void check_condition(const Value& filter, const Value& condition, const Node& node, Reporter& report) {
  if (!condition.is_object()) {
    report.at(condition, &node, "a condition must be an object", "rebuild the condition in the editor");
    return;
  }
  const Value left = condition["leftValue"];
  if (is_blank(left)) {
    report.at(left.present() ? left : condition, &node, "the condition compares nothing: leftValue is empty",
              "set leftValue, or remove the condition",
              is_harmless_row(filter, condition) ? std::optional(Severity::warning) : std::nullopt);
  }
  check_operator(condition, node, report);
}

/// The shape that If and Filter had in version 1: conditions by type.
bool is_v1_shape(const Value& filter) {
  static constexpr std::array<std::string_view, 4> kTypes = {"string", "number", "boolean", "dateTime"};
  return !filter["conditions"].present() &&
         std::any_of(kTypes.begin(), kTypes.end(), [&](std::string_view type) { return filter[type].is_array(); });
}

/// What missing options or a missing combinator are: n8n 2 fills in a strict "and" (tried on 2.41.1).
std::optional<Severity> severity_of_missing(const WorkflowInput& input) {
  const bool filled = input.catalogue != nullptr && !input.catalogue->version().starts_with("1.");
  return filled ? std::optional(Severity::warning) : std::nullopt;
}

void check_filter(const WorkflowInput& input, const Value& filter, const Value& owner, const Node& node,
                  Reporter& report) {
  if (is_expression(filter) || is_expression(filter["conditions"])) return;
  if (is_v1_shape(filter)) {
    report.at(
        filter, &node,
        kairon::format("conditions of the version 1 shape on version {} of the node: n8n sees none and always takes "
                       "the true branch",
                       node.version),
        "rebuild the conditions in the editor (conditions: [{leftValue, rightValue, operator}])");
    return;
  }
  const Value conditions = filter["conditions"];
  if (!conditions.is_array() || conditions.empty()) {
    report.at(filter.present() ? filter : owner, &node, "conditions are missing: n8n fails or lets everything pass",
              "add the condition that was meant");
    return;
  }
  for (const Value condition : conditions) check_condition(filter, condition, node, report);
  if (!filter["options"].is_object()) {
    report.at(filter, &node, "the filter has no options: n8n cannot read caseSensitive and fails",
              "add \"options\": {\"caseSensitive\": true, \"leftValue\": \"\", \"typeValidation\": \"strict\", "
              "\"version\": 2}",
              severity_of_missing(input));
  }
  const Value combinator = filter["combinator"];
  if (!is_expression(combinator) && combinator.string() != "and" && combinator.string() != "or") {
    report.at(combinator.present() ? combinator : filter, &node,
              combinator.present() ? "the combinator is neither \"and\" nor \"or\": the filter is never true"
                                   : "the filter has no combinator: n8n does not evaluate it and takes it as true",
              "set combinator to \"and\"", combinator.present() ? std::nullopt : severity_of_missing(input));
  }
}

void check_switch(const WorkflowInput& input, const Node& node, Reporter& report) {
  const Value& parameters = node.parameters;
  if (is_expression(parameters["mode"]) || parameters["mode"].string() == "expression") return;
  const Value rules = parameters["rules"];
  if (is_expression(rules) || is_expression(rules["values"])) return;
  if (!rules.present()) {
    const Value conditions = parameters["conditions"];
    report.at(conditions.present() ? conditions.key_value() : parameters, &node,
              "the Switch has no rules: n8n gives it one that always holds, so everything leaves by output 0",
              conditions.present() ? "a Switch has no conditions of its own: move each into rules.values[].conditions"
                                   : "add the rules that were meant");
    if (conditions.present()) check_filter(input, conditions, parameters, node, report);
    return;
  }
  for (const Value rule : rules["values"]) check_filter(input, rule["conditions"], rule, node, report);
}

void check(const WorkflowInput& input, Reporter& report) {
  for (const Node& node : input.workflow.nodes()) {
    if (node.disabled) continue;
    if ((node.is_base("if") || node.is_base("filter")) && node.version >= 2) {
      const Value filter = node.parameters["conditions"];
      check_filter(input, filter, node.parameters.present() ? node.parameters : node.json, node, report);
    }
    if (node.is_base("switch") && node.version >= 3) check_switch(input, node, report);
  }
}

}  // namespace

}  // namespace node_filter_shape

extern const WorkflowRule kNodeFilterShape = {
    {"node/filter-shape", Severity::error, Scope::always,
     "has conditions of If/Filter v2+ or Switch v3+ that are not of the shape that n8n evaluates",
     "n8n evaluates {options, combinator, conditions: [{leftValue, rightValue, operator: {type, operation}}]}. "
     "Conditions "
     "of the version 1 shape are not seen at all: the true branch always runs. An unknown operation, operator type or "
     "combinator is logged and counts as false; missing options or operators make the node fail (executeFilter of "
     "n8n-workflow 1.123, tried by running it). n8n 2 takes missing options and a missing combinator for a strict "
     "\"and\": with its catalogue that is a warning.",
     "Rebuild the condition in the editor."},
    node_filter_shape::check};

}  // namespace kairon::lint
