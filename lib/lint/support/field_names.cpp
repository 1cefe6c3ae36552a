#include "lint/support/field_names.h"

#include <string>
#include <string_view>

#include "base/text.h"
#include "workflow/field_path.h"

namespace kairon::lint {

namespace {

using json::Value;
using std::string_view;
using workflow::Node;
using workflow::Shape;

class FieldNames {
 public:
  FieldNames(const Node& node, const Shape& input) : node_(node), input_(input) {
    const Value dots = node.parameters["options"]["disableDotNotation"];
    dotted_ = !dots.boolean();
    judged_ = !dots.is_string();
  }

  /// One name, given as text.
  void name(const Value& where, string_view text, string_view effect) {
    const string_view trimmed = text::trim(text);
    if (!judged_ || trimmed.empty() || text.starts_with('=') || trimmed.starts_with('$')) return;
    const std::vector<std::string> path =
        dotted_ ? workflow::field_path(trimmed) : std::vector<std::string>{std::string(trimmed)};
    if (input_.lacks(path.front())) {
      add(where, path.front(), effect, input_);
      return;
    }
    const workflow::Value value = input_.field(path.front());
    if (path.size() == 2 && value.is_only(workflow::kObject) && value.object && value.object->lacks(path[1]))
      add(where, std::string(trimmed), effect, *value.object);
  }

  /// Several names with commas between them.
  void names(const Value& where, string_view effect) {
    if (where.string().starts_with('=')) return;
    for (const string_view one : text::split(where.string(), ',')) name(where, one, effect);
  }

  [[nodiscard]] std::vector<MissingName> take() { return std::move(found_); }

 private:
  void add(const Value& where, std::string field, string_view effect, const Shape& shape) {
    found_.push_back({&node_, where, std::move(field), std::string(effect), shape});
  }

  const Node& node_;
  const Shape& input_;
  bool dotted_ = true;
  bool judged_ = true;
  std::vector<MissingName> found_;
};

void read_transform(const Node& node, FieldNames& fields) {
  const Value& parameters = node.parameters;
  if (node.is_base("splitOut")) fields.names(parameters["fieldToSplitOut"], "it gives no item");
  if (node.is_base("aggregate") && parameters["aggregate"].string() != "aggregateAllItemData") {
    for (const Value entry : parameters["fieldsToAggregate"]["fieldToAggregate"])
      fields.name(entry["fieldToAggregate"], entry["fieldToAggregate"].string(), "it gives an empty list");
  }
  const string_view sort = parameters["type"].string();
  if (node.is_base("sort") && (sort.empty() || sort == "simple")) {
    for (const Value entry : parameters["sortFieldsUi"]["sortField"])
      fields.name(entry["fieldName"], entry["fieldName"].string(), "the node fails");
  }
  const string_view operation = parameters["operation"].string();
  const bool removes = operation.empty() || operation == "removeDuplicateInputItems";
  if (node.is_base("removeDuplicates") && removes && parameters["compare"].string() == "selectedFields")
    fields.names(parameters["fieldsToCompare"], "the node fails");
}

void read_summarize(const Node& node, FieldNames& fields) {
  const bool fails = node.version < 1.05 && !node.parameters["options"]["continueIfFieldNotFound"].present();
  for (const Value entry : node.parameters["fieldsToSummarize"]["values"])
    fields.name(entry["field"], entry["field"].string(), fails ? "the node fails" : "it counts and adds up nothing");
  fields.names(node.parameters["fieldsToSplitBy"], "everything becomes one group");
}

bool judges_names(const Node& node) {
  return node.is_base("summarize") || node.is_base("xml") || node.is_base("splitOut") || node.is_base("aggregate") ||
         node.is_base("sort") || node.is_base("removeDuplicates");
}

/// Merge by field and Compare Datasets: the input of each side is what its own edges bring.
Shape side_input(const workflow::Workflow& flow, const workflow::Shapes& shapes, const Node& node, std::size_t side) {
  Shape shape;
  for (const std::size_t index : flow.incoming(node.index)) {
    const workflow::Edge& edge = flow.edges()[index];
    if (!edge.is_main() || edge.from == workflow::kNoNode || edge.input != side) continue;
    const Node& from = flow.nodes()[edge.from];
    shape.join(from.on_error == "continueErrorOutput" ? Shape::anything() : shapes.output(edge.from));
  }
  return shape;
}

bool matches_by_field(const Node& node) {
  if (node.is_base("compareDatasets")) return true;
  return node.is_base("merge") && node.version >= 3 && node.parameters["mode"].string() == "combine" &&
         (node.parameters["combineBy"].string().empty() || node.parameters["combineBy"].string() == "combineByFields");
}

void add_sides(const workflow::Workflow& flow, const workflow::Shapes& shapes, const Node& node,
               std::vector<MissingName>& all) {
  const Value& parameters = node.parameters;
  for (std::size_t side = 0; side < 2; ++side) {
    const Shape input = side_input(flow, shapes, node, side);
    FieldNames fields(node, input);
    const char* key = side == 0 ? "field1" : "field2";
    if (parameters["advanced"].boolean() || node.is_base("compareDatasets")) {
      for (const Value entry : parameters["mergeByFields"]["values"])
        fields.name(entry[key], entry[key].string(), "nothing matches");
    } else {
      fields.names(parameters["fieldsToMatchString"], "nothing matches");
    }
    for (MissingName& name : fields.take()) all.push_back(std::move(name));
  }
}

/// An agent or chain that takes its prompt from the chat before it ("auto", which is the default).
bool takes_chat_input(const Node& node) {
  const bool judged =
      (node.is_langchain("agent") && node.version >= 1.7) || (node.is_langchain("chainLlm") && node.version >= 1.5);
  const Value type = node.parameters["promptType"];
  return judged && (!type.present() || type.string() == "auto");
}

/// All that comes before it are manual triggers, and nothing is pinned to them.
bool starts_empty(const workflow::Workflow& flow, const Node& node) {
  bool any = false;
  for (const std::size_t index : flow.incoming(node.index)) {
    const workflow::Edge& edge = flow.edges()[index];
    if (!edge.is_main() || edge.from == workflow::kNoNode) continue;
    const Node& from = flow.nodes()[edge.from];
    if (!from.is_base("manualTrigger") || flow.root()["pinData"][from.name].present()) return false;
    any = true;
  }
  return any;
}

void add_prompt(const workflow::Workflow& flow, const Shape& input, const Node& node, std::vector<MissingName>& all) {
  const bool lacks = input.lacks("chatInput") && input.lacks("guardrailsInput");
  if (lacks || starts_empty(flow, node))
    all.push_back({&node, node.json["name"], "chatInput", "the node fails with \"No prompt specified\"", input});
}

}  // namespace

std::vector<MissingName> missing_names(const workflow::Workflow& workflow, const workflow::Shapes& shapes) {
  std::vector<MissingName> all;
  for (const Node& node : workflow.nodes()) {
    if (node.disabled || !workflow.reachable()[node.index]) continue;
    if (matches_by_field(node)) add_sides(workflow, shapes, node, all);
    if (takes_chat_input(node)) add_prompt(workflow, shapes.input(node.index), node, all);
    if (!judges_names(node)) continue;
    const Shape input = shapes.input(node.index);
    FieldNames fields(node, input);
    read_transform(node, fields);
    if (node.is_base("summarize")) read_summarize(node, fields);
    const Value mode = node.parameters["mode"];
    if (node.is_base("xml") && (!mode.present() || mode.string() == "xmlToJson"))
      fields.name(node.parameters["dataPropertyName"], node.parameters["dataPropertyName"].string(), "the node fails");
    for (MissingName& name : fields.take()) all.push_back(std::move(name));
  }
  return all;
}

}  // namespace kairon::lint
