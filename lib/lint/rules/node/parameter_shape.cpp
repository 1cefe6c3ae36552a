#include "base/format.h"
#include "catalogue/parameters.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "workflow/workflow.h"

namespace kairon::lint {
namespace node_parameter_shape {
namespace {

using catalogue::Match;
using catalogue::Parameter;
using catalogue::PropertyType;

std::string_view shape_name(const json::Value& value) {
  switch (value.type()) {
    case json::Type::object:
      return "an object";
    case json::Type::array:
      return "a list";
    case json::Type::string:
      return "a text";
    case json::Type::number:
      return "a number";
    case json::Type::boolean:
      return "true or false";
    case json::Type::null:
      return "null";
  }
  return "something else";
}

bool is_shape_expression(const json::Value& value) { return value.string().starts_with('='); }

void report_lost(const workflow::Node& node, const Parameter& parameter, std::string_view wanted, Reporter& report) {
  report.at(parameter.value, &node,
            kairon::format("'{}' of '{}' is {} where n8n takes {}: it loads without it", parameter.path, node.name,
                           shape_name(parameter.value), wanted),
            kairon::format("write it as {}, as n8n exports it", wanted));
}

/// The group of a fixedCollection that takes several entries: n8n goes through it as a list.
void check_group(const workflow::Node& node, const Parameter& group, Reporter& report) {
  const json::Value& value = group.value;
  if (value.is_array()) {
    std::size_t index = 0;
    for (const json::Value entry : value) {
      if (!entry.is_object())
        report.at(entry, &node,
                  kairon::format("entry {} of '{}' is {}: n8n loads defaults in its place", index, group.path,
                                 shape_name(entry)),
                  "write the entry as an object, or delete it");
      ++index;
    }
    return;
  }
  if (value.is_string()) {
    if (!value.string().empty() && !is_shape_expression(value)) report_lost(node, group, "a list", report);
    return;
  }
  report.at(value, &node,
            kairon::format("'{}' of '{}' is {} where n8n takes a list: n8n cannot load the workflow", group.path,
                           node.name, shape_name(value)),
            value.is_object() ? "put the object into a list: [{ ... }]" : "write a list, [] when it is empty");
}

void check_top(const workflow::Node& node, const Parameter& parameter, Reporter& report) {
  const PropertyType type = parameter.descriptions.front().type();
  const json::Value& value = parameter.value;
  if (type != PropertyType::collection && type != PropertyType::fixed_collection) return;
  const bool said = value.is_array() ? !value.empty() : value.is_string() && !value.string().empty();
  // A collection that may be given several times is a list.
  if (parameter.descriptions.front().has(catalogue::layout::kMultipleValues) && type == PropertyType::collection)
    return;
  // An expression may give the whole value where the node reads it itself.
  if (!said || is_shape_expression(value)) return;
  report_lost(node, parameter, "an object", report);
}

void check_parameter_shape(const WorkflowInput& input, Reporter& report) {
  for (const workflow::Node& node : input.workflow.nodes()) {
    const Match found = catalogue::match(*input.catalogue, node.type, catalogue::version_of(node.json));
    if (found.kind != Match::Kind::found) continue;
    for (const Parameter& parameter : catalogue::read_parameters(found, node.json)) {
      if (!parameter.certain || parameter.descriptions.empty()) continue;
      if (parameter.place != Parameter::Place::fixed_collection) {
        check_top(node, parameter, report);
      } else if (parameter.several) {
        check_group(node, parameter, report);
      }
    }
  }
}

}  // namespace

}  // namespace node_parameter_shape

extern const WorkflowRule kNodeParameterShape;
const WorkflowRule kNodeParameterShape{
    {"node/parameter-shape", Severity::error, Scope::always,
     "gives a parameter a shape that n8n's loader refuses, or whose value it loses",
     "n8n fills in every node's parameters when it loads a workflow (n8n-workflow, node-helpers.ts, "
     "getNodeParameters). Of a group that takes several entries it goes through the list: an object, null, a number "
     "or a boolean there throws \"is not iterable\", and the workflow can neither be opened nor run, even when the "
     "node is disabled. A text in the place of a collection, or an entry that is not an object, is dropped silently.",
     "Write a list of objects for several entries, and an object for a collection."},
    node_parameter_shape::check_parameter_shape,
    Needs::catalogue};

}  // namespace kairon::lint
