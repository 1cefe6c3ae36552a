#include <algorithm>
#include <optional>

#include "base/format.h"
#include "base/text.h"
#include "catalogue/parameters.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "workflow/workflow.h"

namespace kairon::lint {
namespace node_invalid_option {
namespace {

using catalogue::Literal;
using catalogue::Match;
using catalogue::Parameter;
using catalogue::Property;
using catalogue::PropertyType;

bool same(const json::Value& value, const Literal& option) {
  if (value.type() != option.type()) return false;
  if (value.is_string()) return value.string() == option.string();
  if (value.is_number()) return value.number() == option.number();
  return value.is_boolean() && value.boolean() == option.boolean();
}

bool chooses(PropertyType type) { return type == PropertyType::options || type == PropertyType::multi_options; }

/// A list that is filled from the service, or of which n8n lets the user type any name (models).
bool is_open_list(const Parameter& parameter) {
  if (text::contains(text::lower(parameter.value.key()), "model")) return true;
  return std::any_of(parameter.descriptions.begin(), parameter.descriptions.end(), [](const Property& property) {
    return property.has(catalogue::layout::kLoadsOptions) || property.has(catalogue::layout::kAllowsArbitraryValues) ||
           !chooses(property.type()) || property.option_count() == 0;
  });
}

/// n8n offers "Custom API Call" as resource and operation of every node whose service it can sign for.
constexpr std::string_view kCustomCall = "__CUSTOM_API_CALL__";

bool is_offered(const Parameter& parameter, const json::Value& value) {
  if (value.string().starts_with('=') || value.string() == kCustomCall) return true;
  for (const Property& property : parameter.descriptions) {
    if (same(value, property.default_value())) return true;
    for (std::size_t i = 0; i < property.option_count(); ++i)
      if (same(value, property.option(i))) return true;
  }
  return false;
}

std::string choices(const Parameter& parameter, std::string_view value) {
  std::vector<std::string_view> names;
  for (const Property& property : parameter.descriptions)
    for (std::size_t i = 0; i < property.option_count(); ++i)
      if (!property.option(i).string().empty()) names.push_back(property.option(i).string());
  const std::string_view near = text::nearest(value, names);
  if (!near.empty()) return format("did you mean '{}'?", near);
  std::string list;
  for (const std::string_view name : names) {
    if (list.size() > 160) return format("one of: {}, ...", list);
    list += format("{}{}", list.empty() ? "" : ", ", name);
  }
  return list.empty() ? "choose it again in n8n's editor" : format("one of: {}", list);
}

void check_value(const Parameter& parameter, const json::Value& value, const workflow::Node& node, Reporter& report) {
  if (value.is_null() || value.is_object() || value.is_array() || is_offered(parameter, value)) return;
  report.at(value, &node,
            format("'{}' is not a choice of '{}' of {} under its other parameters", text::printable(value.raw()),
                   parameter.path, node.type),
            choices(parameter, value.string()));
}

/// n8n takes the value of an unknown mode as it is (extractValueRLC of n8n-core): nothing is lost
/// where that is what the mode says, or where none was chosen.
bool takes_value_as_it_is(std::string_view mode) { return mode.empty() || mode == "expression"; }

void check_mode(const Parameter& parameter, const workflow::Node& node, Reporter& report) {
  const json::Value mode = parameter.value["mode"];
  if (!mode.is_string() || mode.string().starts_with('=')) return;
  // Neither mode nor value: not chosen yet, which node/required-parameter judges.
  if (mode.string().empty() && parameter.value["value"].string().empty() && !parameter.value["value"].is_number())
    return;
  std::string list;
  for (const Property& property : parameter.descriptions) {
    if (property.type() != PropertyType::resource_locator || property.mode_count() == 0) return;
    for (std::size_t i = 0; i < property.mode_count(); ++i) {
      if (property.mode(i) == mode.string()) return;
      list += format("{}{}", list.empty() ? "" : ", ", property.mode(i));
    }
  }
  report.at(mode, &node, format("'{}' is not a mode of '{}' of {}", mode.string(), parameter.path, node.type),
            format("one of: {}", list),
            takes_value_as_it_is(mode.string()) ? std::optional(Severity::warning) : std::nullopt);
}

void check(const WorkflowInput& input, Reporter& report) {
  for (const workflow::Node& node : input.workflow.nodes()) {
    const Match found = catalogue::match(*input.catalogue, node.type, catalogue::version_of(node.json));
    if (found.kind != Match::Kind::found) continue;
    for (const Parameter& parameter : catalogue::read_parameters(found, node.json)) {
      if (parameter.descriptions.empty()) continue;
      if (parameter.value.is_object()) {
        check_mode(parameter, node, report);
      } else if (!is_open_list(parameter)) {
        check_value(parameter, parameter.value, node, report);
        if (parameter.value.is_array())
          for (const json::Value one : parameter.value) check_value(parameter, one, node, report);
      }
    }
  }
}

}  // namespace

}  // namespace node_invalid_option

extern const WorkflowRule kNodeInvalidOption;
const WorkflowRule kNodeInvalidOption{
    {"node/invalid-option", Severity::error, Scope::always,
     "sets a value that is not among the choices of its parameter, or a mode that a resource locator does not have",
     "The node's code branches on the values of its description: for another one it does nothing, takes a default or "
     "throws, and n8n's editor shows the field as empty. Which choices there are depends on resource, operation and "
     "typeVersion.",
     "Take one of the choices that the help lists, or choose it again in n8n's editor."},
    node_invalid_option::check,
    Needs::catalogue};

}  // namespace kairon::lint
