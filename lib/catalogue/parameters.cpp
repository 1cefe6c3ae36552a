#include "catalogue/parameters.h"

#include <algorithm>
#include <list>

#include "base/format.h"
#include "catalogue/level.h"

namespace kairon::catalogue {

namespace {

/// The levels that may apply to one JSON object: one per description that may.
using Levels = std::list<Level>;

bool all_of_type(const std::vector<Property>& properties, PropertyType type) {
  return !properties.empty() && std::all_of(properties.begin(), properties.end(),
                                            [type](const Property& property) { return property.type() == type; });
}

NodeContext context_of(const Match& found, const json::Value& node) {
  return {version_of(node).value_or(found.description->default_version()),
          found.tool || found.type->name().ends_with("Tool")};
}

class Reader {
 public:
  Reader(const Match& found, const json::Value& node)
      : context_(context_of(found, node)),
        root_(context_, found.description->properties(), node["parameters"], Level::Kind::root, nullptr) {}

  std::vector<Parameter> read() {
    Levels levels;
    levels.push_back(root_);
    members(levels, root_.values(), {}, Parameter::Place::node, true);
    return std::move(all_);
  }

 private:
  void members(const Levels& levels, const json::Value& object, const std::string& path, Parameter::Place place,
               bool certain) {
    for (const json::Value member : object) {
      Parameter parameter;
      parameter.path = path.empty() ? std::string(member.key()) : format("{}.{}", path, member.key());
      parameter.value = member;
      parameter.place = place;
      parameter.certain = certain;
      describe(levels, parameter);
      all_.push_back(parameter);
      descend(parameter);
    }
  }

  static void describe(const Levels& levels, Parameter& parameter) {
    bool named = false;
    bool of_this_version = false;
    for (const Level& level : levels) {
      for (const Property property : level.properties()) {
        if (property.name() != parameter.value.key()) continue;
        named = true;
        if (level.other_version(property)) continue;
        of_this_version = true;
        const Shown shown = level.shown(property);
        if (shown != Shown::no) parameter.descriptions.push_back(property);
        if (shown == Shown::maybe) parameter.certain = false;
      }
    }
    if (of_this_version) return;
    parameter.known = named ? Parameter::Known::other_version : Parameter::Known::no;
    for (const Level& level : levels)
      for (const Property property : level.properties()) parameter.siblings.push_back(property.name());
  }

  void descend(const Parameter& parameter) {
    const std::vector<Property> descriptions = parameter.descriptions;
    if (!parameter.value.is_object()) return;
    if (all_of_type(descriptions, PropertyType::collection)) {
      Levels levels;
      for (const Property& property : descriptions)
        levels.emplace_back(context_, property.children(), parameter.value, Level::Kind::collection, &root_);
      members(levels, parameter.value, parameter.path, Parameter::Place::collection, parameter.certain);
    } else if (all_of_type(descriptions, PropertyType::fixed_collection)) {
      const std::string path = parameter.path;
      const bool certain = parameter.certain;
      for (const json::Value group : parameter.value) this->group(descriptions, group, path, certain);
    } else if (all_of_type(descriptions, PropertyType::assignment_collection)) {
      assignments(parameter);
    }
  }

  /// The Set node's list: `{assignments: [...]}` and nothing else (node-parameters, AssignmentCollectionValue).
  void assignments(const Parameter& list) {
    const std::string path = list.path;
    for (const json::Value member : list.value) {
      if (member.key() == "assignments") continue;
      Parameter parameter;
      parameter.path = format("{}.{}", path, member.key());
      parameter.value = member;
      parameter.place = Parameter::Place::collection;
      parameter.known = Parameter::Known::no;
      parameter.siblings = {"assignments"};
      all_.push_back(parameter);
    }
  }

  void group(const std::vector<Property>& collections, const json::Value& value, const std::string& path,
             bool certain) {
    Parameter parameter;
    parameter.path = format("{}.{}", path, value.key());
    parameter.value = value;
    parameter.place = Parameter::Place::fixed_collection;
    parameter.certain = certain;
    parameter.several = std::all_of(collections.begin(), collections.end(),
                                    [](const Property& collection) { return collection.has(layout::kMultipleValues); });
    for (const Property& collection : collections) {
      // n8n only looks for the group of entries that are there.
      if (collection.has(layout::kMultipleValues) && !(value.is_array() && value.empty())) parameter.refuses = true;
      for (const Property group : collection.children()) {
        if (group.name() == value.key()) parameter.descriptions.push_back(group);
        parameter.siblings.push_back(group.name());
      }
    }
    if (parameter.descriptions.empty()) parameter.known = Parameter::Known::no;
    all_.push_back(parameter);
    const std::vector<Property> groups = parameter.descriptions;
    if (value.is_object()) entry(groups, value, parameter.path, certain);
    std::size_t index = 0;
    if (value.is_array())
      for (const json::Value one : value) entry(groups, one, format("{}[{}]", parameter.path, index++), certain);
  }

  void entry(const std::vector<Property>& groups, const json::Value& value, const std::string& path, bool certain) {
    if (groups.empty() || !value.is_object()) return;
    Levels levels;
    for (const Property& group : groups)
      levels.emplace_back(context_, group.children(), value, Level::Kind::group, &root_);
    members(levels, value, path, Parameter::Place::group, certain);
  }

  NodeContext context_;
  Level root_;
  std::vector<Parameter> all_;
};

/// isValidResourceLocatorParameterValue of type-guards.ts, for what a file can hold.
bool locates(const json::Value& value) {
  if (value.is_object()) {
    const json::Value inner = value["value"];
    return inner.is_number() || inner.boolean() || !inner.string().empty() || inner.is_object() || inner.is_array();
  }
  return value.is_number() ? value.number() != 0 : value.boolean() || !value.string().empty();
}

bool locates(const Literal& value) {
  if (value.type() != json::Type::object) return !value.string().empty();
  return value["value"].type() == json::Type::number || !value["value"].string().empty();
}

/// addToIssuesIfMissing of node-helpers.ts, for a value that the file gives.
bool is_empty(PropertyType type, const json::Value& value) {
  const bool no_text = value.is_string() && value.string().empty();
  switch (type) {
    case PropertyType::string:
    case PropertyType::date_time:
    case PropertyType::options:
      return no_text;
    case PropertyType::multi_options:
      return value.is_array() && value.empty();
    case PropertyType::resource_locator:
    case PropertyType::workflow_selector:
      return !locates(value);
    default:
      return false;
  }
}

/// The same for a value that the file does not give.
bool is_empty_by_default(const Property& property) {
  const Literal value = property.default_value();
  switch (property.type()) {
    case PropertyType::string:
    case PropertyType::date_time:
    case PropertyType::options:
      return !value.present() || (value.type() == json::Type::string && value.string().empty());
    case PropertyType::multi_options:
      return value.type() == json::Type::array && value.size() == 0;
    case PropertyType::resource_locator:
    case PropertyType::workflow_selector:
      return !locates(value);
    default:
      return false;
  }
}

/// Some other parameter of that name, which may be shown, brings a default of its own.
bool filled_by_another(const Level& level, const Property& property) {
  for (const Property other : level.properties())
    if (other.name() == property.name() && !is_empty_by_default(other) && level.shown(other) != Shown::no) return true;
  return false;
}

bool is_missing(const Level& level, const Property& property) {
  const json::Value given = level.values()[property.name()];
  const bool keeps_null = property.type() == PropertyType::options || property.type() == PropertyType::resource_locator;
  if (!given.present() || (given.is_null() && !keeps_null))
    return !property.has(layout::kHasMultipleValues) && is_empty_by_default(property) &&
           !filled_by_another(level, property);
  if (!property.has(layout::kHasMultipleValues)) return is_empty(property.type(), given);
  if (!given.is_array()) return false;
  for (const json::Value one : given)
    if (is_empty(property.type(), one)) return true;
  return false;
}

void find_missing(const Level& level, const std::string& path, std::vector<MissingParameter>& missing) {
  for (const Property property : level.properties()) {
    if (!property.has(layout::kRequired) || !is_missing(level, property)) continue;
    if (level.shown_with_conditions(property) != Shown::yes) continue;
    const std::string name = path.empty() ? std::string(property.name()) : format("{}.{}", path, property.name());
    const json::Value given = level.values()[property.name()];
    const bool told = !missing.empty() && missing.back().path == name;
    if (!told) missing.push_back({name, given.present() ? given : level.values()});
  }
}

}  // namespace

std::optional<double> version_of(const json::Value& node) {
  const json::Value version = node["typeVersion"];
  if (!version.is_number()) return std::nullopt;
  return version.number();
}

std::vector<Parameter> read_parameters(const Match& found, const json::Value& node) {
  return Reader(found, node).read();
}

namespace {

/// The entries of one group of a fixedCollection: getParameterIssues looks one level deep.
void find_missing_in(const Level& root, const NodeContext& context, const Property& property, const Property& group,
                     std::vector<MissingParameter>& missing) {
  const json::Value value = root.values()[property.name()][group.name()];
  const std::string path = format("{}.{}", property.name(), group.name());
  const auto entry = [&](const json::Value& one, const std::string& its_path) {
    if (one.is_object())
      find_missing(Level(context, group.children(), one, Level::Kind::group, &root), its_path, missing);
  };
  if (!property.has(layout::kHasMultipleValues)) return entry(value, path);
  std::size_t index = 0;
  if (value.is_array())
    for (const json::Value one : value) entry(one, format("{}[{}]", path, index++));
}

}  // namespace

std::vector<MissingParameter> missing_parameters(const Match& found, const json::Value& node) {
  const NodeContext context = context_of(found, node);
  const Level root(context, found.description->properties(), node["parameters"], Level::Kind::root, nullptr);
  std::vector<MissingParameter> missing;
  find_missing(root, {}, missing);
  for (const Property property : root.properties()) {
    if (property.type() != PropertyType::fixed_collection || !root.values()[property.name()].present()) continue;
    if (root.shown(property) != Shown::yes) continue;
    for (const Property group : property.children()) find_missing_in(root, context, property, group, missing);
  }
  return missing;
}

}  // namespace kairon::catalogue
