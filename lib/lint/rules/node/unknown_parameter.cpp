#include "base/format.h"
#include "base/text.h"
#include "catalogue/parameters.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "workflow/workflow.h"

namespace kairon::lint {
namespace node_unknown_parameter {
namespace {

using catalogue::Match;
using catalogue::Parameter;

/// Keys that n8n itself adds to the described ones (N8N: node catalogue): polling triggers,
/// declarative nodes, tool variants, and two that its editor writes.
bool is_written_by_n8n(const workflow::Node& node, const Match& found, const Parameter& parameter) {
  if (parameter.place != Parameter::Place::node) return false;
  const std::string_view key = parameter.value.key();
  if (key == "pollTimes") return found.description->has(catalogue::layout::kPolling);
  if (key == "requestOptions") return true;
  if (key == "descriptionType" || key == "toolDescription") return found.tool;
  if (key == "inputSource") return node.is_base("executeWorkflow");
  return key == "options" && node.is_langchain("chainLlm") && parameter.value.empty();
}

/// A key that carries nothing loses nothing: n8n's editor leaves such keys, notices of its own
/// ("httpVariantWarning") among them. A fixedCollection refuses even those.
bool is_blank(const Parameter& parameter) {
  if (parameter.refuses) return false;
  const json::Value& value = parameter.value;
  if (value.is_object() || value.is_array()) return value.empty();
  return value.is_null() || (value.is_string() && value.string().empty()) || (value.is_boolean() && !value.boolean());
}

/// From 2.x on n8n drops the group and goes on; before that it throws.
std::string message(const workflow::Node& node, const Match& found, const Parameter& parameter, bool one) {
  const double version = catalogue::version_of(node.json).value_or(found.description->default_version());
  const std::string type = format("{} v{}", node.type, version);
  if (parameter.place == Parameter::Place::fixed_collection) {
    return parameter.refuses && one
               ? format("'{}': {} has no such group: n8n cannot load the workflow", parameter.path, type)
               : format("'{}': {} has no such group, n8n drops it", parameter.path, type);
  }
  if (parameter.known == Parameter::Known::other_version)
    return format("'{}' belongs to another version of the node: {} ignores it", parameter.path, type);
  return format("{} has no parameter '{}', n8n ignores it", type, parameter.path);
}

std::string help(const Parameter& parameter) {
  const std::string_view near = text::nearest(parameter.value.key(), parameter.siblings);
  if (!near.empty() && near != parameter.value.key()) return format("did you mean '{}'?", near);
  return "set it again in n8n's editor, which knows this version's parameters, or delete it";
}

void check(const WorkflowInput& input, Reporter& report) {
  const bool one = !input.catalogue->version().starts_with("2.");
  for (const workflow::Node& node : input.workflow.nodes()) {
    const Match found = catalogue::match(*input.catalogue, node.type, catalogue::version_of(node.json));
    if (found.kind != Match::Kind::found) continue;
    for (const Parameter& parameter : catalogue::read_parameters(found, node.json)) {
      if (parameter.known == Parameter::Known::yes || is_blank(parameter)) continue;
      if (is_written_by_n8n(node, found, parameter)) continue;
      report.at(parameter.value.key_value(), &node, message(node, found, parameter, one), help(parameter));
    }
  }
}

}  // namespace

}  // namespace node_unknown_parameter

extern const WorkflowRule kNodeUnknownParameter;
const WorkflowRule kNodeUnknownParameter{
    {"node/unknown-parameter", Severity::error, Scope::always,
     "sets a parameter, option or group that this version of the node does not have",
     "n8n keeps only what a node's description names (n8n-workflow, node-helpers.ts, getNodeParameters): an unknown "
     "parameter or option is dropped silently, so that what it was meant to do never happens, and an unknown group of "
     "a "
     "fixedCollection throws \"Could not find property option\": the workflow neither opens nor runs.",
     "Move it to where this typeVersion has it (the message says which version was judged), or delete it."},
    node_unknown_parameter::check,
    Needs::catalogue};

}  // namespace kairon::lint
