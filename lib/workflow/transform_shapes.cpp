#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "workflow/expression.h"
#include "workflow/field_path.h"
#include "workflow/node_shapes.h"

// The nodes that reshape data: Aggregate, Split Out, Summarize, Rename Keys, Date & Time.
namespace kairon::workflow {

namespace {

using std::string_view;

/// Aggregate: one item with the named lists.
Shape aggregate(const Node& node, const Shape& input) {
  const json::Value& parameters = node.parameters;
  Shape shape = closed_shape({});
  const auto add = [&](string_view name, const Value& element) {
    if (is_expression(name)) shape.open = true;
    shape.set(name, Value::of_list(element));
  };
  if (parameters["aggregate"].string() == "aggregateAllItemData") {
    const json::Value name = parameters["destinationFieldName"];
    const bool whole = parameters["include"].string().empty() || parameters["include"].string() == "allFields";
    const bool known = whole && input.reached && !input.open && input.calls.empty();
    const std::vector<std::string> path = field_path(name ? name.string() : "data");
    if (!path.empty()) add(path.front(), known && path.size() == 1 ? Value::of_object(input) : Value());
    return shape;
  }
  if (parameters["aggregate"].present() && parameters["aggregate"].string() != "aggregateIndividualFields")
    return Shape::anything();
  const json::Value dots = parameters["options"]["disableDotNotation"];
  if (dots.is_string()) return Shape::anything();
  for (const json::Value field : parameters["fieldsToAggregate"]["fieldToAggregate"]) {
    const string_view from = field["fieldToAggregate"].string();
    const string_view renamed = field["outputFieldName"].string();
    // The last step of the path names the list.
    const std::vector<std::string> path =
        dots.boolean() ? std::vector<std::string>{std::string(from)} : field_path(from);
    const Value element = path.size() == 1 && !is_expression(from) ? input.field(path.front()) : Value();
    if (is_expression(from) && renamed.empty()) return Shape::anything();
    if (!renamed.empty()) {
      add(dots.boolean() ? renamed : string_view(field_path(renamed).front()), Value());
    } else if (!path.empty()) {
      add(path.back(), element);
    }
  }
  return shape.fields.empty() ? Shape::anything() : shape;
}

/// Split Out: of a list of objects each becomes an item, of other lists each is under the field's name.
std::optional<Shape> split_out(const Node& node, const Shape& input) {
  const string_view field = node.parameters["fieldToSplitOut"].string();
  const string_view include = node.parameters["include"].string();
  const json::Value options = node.parameters["options"];
  const string_view renamed = text::trim(options["destinationFieldName"].string());
  const bool alone = include.empty() || include == "noOtherFields";
  const bool plain = (alone || include == "allOtherFields") && !is_expression(field) && !is_expression(renamed) &&
                     !options["disableDotNotation"].is_string() && field.find_first_of(",.[$ ") == string_view::npos &&
                     renamed.find_first_of(",.[$") == string_view::npos;
  if (!plain || !input.reached) return input.reached ? std::nullopt : std::optional<Shape>(input);
  const Value list = input.field(field);
  Value element;
  if (list.is_only(kList) && list.element) element = *list.element;
  // A value that is neither a list nor an object makes one item by itself.
  if (list.is_only(kText | kNumber | kBoolean)) element = list;
  Shape shape = closed_shape({});
  if (!alone) {
    // The other fields stay; the list itself goes.
    shape = input;
    if (!shape.fields.erase(std::string(field)) && shape.open) shape = Shape::anything();
  } else if (renamed.empty()) {
    if (element.is_only(kObject) && element.object) return *element.object;
    if (!element.is_only(kText | kNumber | kBoolean)) return std::nullopt;
  }
  shape.set(renamed.empty() ? field : renamed, element);
  return shape;
}

/// How Summarize names a result, and what kind it has (AggregationDisplayNames and aggregate, Summarize/utils).
struct Aggregation {
  string_view name;
  string_view prefix;
  Kinds kinds;
};
constexpr std::array<Aggregation, 8> kAggregations = {{{"append", "appended_", kList},
                                                       {"average", "average_", kNumber | kNull},
                                                       {"concatenate", "concatenated_", kText},
                                                       {"count", "count_", kNumber},
                                                       {"countUnique", "unique_count_", kNumber},
                                                       {"max", "max_", kAnyKind},
                                                       {"min", "min_", kAnyKind},
                                                       {"sum", "sum_", kNumber}}};

/// `a["b"].c d` becomes `ab_c_d`: what Summarize makes of a field's name.
std::string summary_name(string_view field) {
  std::string name;
  for (const char c : field) {
    if (c == ']' || c == '[' || c == '"') continue;
    name += c == ' ' || c == '.' ? '_' : c;
  }
  return name;
}

std::optional<Shape> summarize(const Node& node) {
  const json::Value entries = node.parameters["fieldsToSummarize"]["values"];
  const string_view split = node.parameters["fieldsToSplitBy"].string();
  const json::Value format = node.parameters["options"]["outputFormat"];
  const bool grouped = !text::trim(split).empty();
  if (!entries.is_array() || entries.empty() || is_expression(split)) return std::nullopt;
  // One item for everything: the groups' values become keys.
  if (grouped && format.present() && format.string() != "separateItems") return std::nullopt;
  Shape shape = closed_shape({});
  for (const json::Value entry : entries) {
    const string_view given = entry["aggregation"].string();
    const string_view field = entry["field"].string();
    if (is_expression(given) || is_expression(field)) return std::nullopt;
    const auto known = std::find_if(kAggregations.begin(), kAggregations.end(), [&](const Aggregation& one) {
      return one.name == (given.empty() ? string_view("count") : given);
    });
    if (known == kAggregations.end()) return std::nullopt;
    shape.set(summary_name(std::string(known->prefix) + std::string(field)), Value::of(known->kinds));
  }
  if (!grouped) return shape;
  for (const string_view field : text::split(split, ','))
    if (const string_view name = text::trim(field); !name.empty()) shape.set(summary_name(name), Value());
  return shape;
}

std::optional<Shape> rename_keys(const Node& node, const Shape& input) {
  if (!input.reached) return input;
  const json::Value keys = node.parameters["keys"]["key"];
  if (!node.parameters["additionalOptions"].empty() || !keys.is_array()) return std::nullopt;
  Shape shape = input;
  for (const json::Value key : keys) {
    const string_view from = key["currentKey"].string();
    const string_view to = key["newKey"].string();
    const auto plain = [](string_view name) {
      return !name.empty() && !is_expression(name) && name.find_first_of(".[") == string_view::npos;
    };
    if (!plain(from) || !plain(to)) return std::nullopt;
    if (from == to) continue;
    const Value value = shape.field(from);
    const bool absent = shape.lacks(std::string(from));
    shape.fields.erase(std::string(from));
    // With an open shape the old name may still be told by nobody: it stays possible.
    if (!absent) shape.set(to, value);
  }
  return shape;
}

/// Date & Time version 2: one field, and the input only when the option asks for it.
std::optional<Shape> date_time(const Node& node, const Shape& input) {
  if (node.version < 2) return std::nullopt;
  constexpr std::array<std::pair<string_view, string_view>, 7> kDefaults = {{{"", "currentDate"},
                                                                             {"getCurrentDate", "currentDate"},
                                                                             {"addToDate", "newDate"},
                                                                             {"subtractFromDate", "newDate"},
                                                                             {"formatDate", "formattedDate"},
                                                                             {"roundDate", "roundedDate"},
                                                                             {"extractDate", "datePart"}}};
  const string_view operation = node.parameters["operation"].string();
  const json::Value keeps = node.parameters["options"]["includeInputFields"];
  const auto known =
      std::find_if(kDefaults.begin(), kDefaults.end(), [&](const auto& one) { return one.first == operation; });
  const json::Value given = node.parameters["outputFieldName"];
  if (known == kDefaults.end() || is_expression(given.string()) || keeps.is_string() ||
      is_expression(node.parameters["options"].string()))
    return std::nullopt;
  if (keeps.boolean() && !input.reached) return input;
  Shape shape = keeps.boolean() ? input : closed_shape({});
  Value made = operation == "extractDate" ? Value::of(kNumber) : Value::of(kText);
  // Date & Time hands an absent date on as it is.
  if (operation == "formatDate") made = made.or_null();
  shape.set(given.present() ? given.string() : known->second, made);
  return shape;
}

}  // namespace

std::optional<Shape> shape_of_transform(const Node& node, const Shape& input) {
  if (node.is_base("aggregate")) return aggregate(node, input);
  if (node.is_base("splitOut")) return split_out(node, input);
  if (node.is_base("summarize")) return summarize(node);
  if (node.is_base("renameKeys")) return rename_keys(node, input);
  return node.is_base("dateTime") ? date_time(node, input) : std::nullopt;
}

}  // namespace kairon::workflow
