#include "catalogue/reducer.h"

#include <array>
#include <map>
#include <memory>

#include "base/format.h"
#include "catalogue/builder.h"
#include "catalogue/catalogue.h"

namespace kairon::catalogue {

namespace {

using json::Value;

/// Deeper nesting than any real description has.
constexpr std::size_t kDeepest = 40;

constexpr std::pair<std::string_view, PropertyType> kTypes[] = {
    {"string", PropertyType::string},
    {"number", PropertyType::number},
    {"boolean", PropertyType::boolean},
    {"options", PropertyType::options},
    {"multiOptions", PropertyType::multi_options},
    {"collection", PropertyType::collection},
    {"fixedCollection", PropertyType::fixed_collection},
    {"dateTime", PropertyType::date_time},
    {"json", PropertyType::json},
    {"resourceLocator", PropertyType::resource_locator},
    {"resourceMapper", PropertyType::resource_mapper},
    {"workflowSelector", PropertyType::workflow_selector},
    {"filter", PropertyType::filter},
    {"assignmentCollection", PropertyType::assignment_collection},
    {"hidden", PropertyType::hidden},
    {"notice", PropertyType::notice},
    {"callout", PropertyType::notice}};

PropertyType property_type(std::string_view name) {
  for (const auto& [known, type] : kTypes)
    if (known == name) return type;
  return PropertyType::other;
}

std::uint16_t property_flags(const Value& property) {
  const Value options = property["typeOptions"];
  unsigned flags = 0;
  if (property["required"].boolean()) flags |= layout::kRequired;
  if (options["multipleValues"].present()) flags |= layout::kHasMultipleValues;
  if (options["multipleValues"].boolean()) flags |= layout::kMultipleValues;
  if (property["noDataExpression"].boolean()) flags |= layout::kNoDataExpression;
  if (options["loadOptionsMethod"].present() || options["loadOptions"].present()) flags |= layout::kLoadsOptions;
  if (property["allowArbitraryValues"].boolean()) flags |= layout::kAllowsArbitraryValues;
  return static_cast<std::uint16_t>(flags);
}

/// Turns one description at a time into records.
class Reducer {
 public:
  explicit Reducer(Builder& builder) : builder_(builder) {}

  std::uint32_t entry(const Value& description) {
    layout::Entry entry;
    entry.default_version = description["defaultVersion"].number();
    entry.versions = versions(description["version"]);
    entry.inputs = connections(description["inputs"]);
    entry.outputs = connections(description["outputs"]);
    entry.properties = properties(description["properties"], 0);
    entry.flags = flags(description);
    return builder_.entry(entry);
  }

 private:
  static std::uint32_t flags(const Value& description) {
    std::uint32_t flags = 0;
    for (const Value group : description["group"])
      if (group.string() == "trigger") flags |= layout::kTrigger;
    if (description["hidden"].boolean()) flags |= layout::kHidden;
    const Value tool = description["usableAsTool"];
    if (tool.boolean() || tool.is_object()) flags |= layout::kUsableAsTool;
    if (!description["webhooks"].empty()) flags |= layout::kWebhooks;
    if (description["polling"].boolean()) flags |= layout::kPolling;
    if (!description["inputs"].is_array()) flags |= layout::kDynamicInputs;
    if (!description["outputs"].is_array()) flags |= layout::kDynamicOutputs;
    return flags;
  }

  layout::Span versions(const Value& version) {
    std::vector<std::uint32_t> list;
    if (version.is_number()) list.push_back(builder_.value(version.number()));
    for (const Value one : version) list.push_back(builder_.value(one.number()));
    return builder_.list(list);
  }

  layout::Span connections(const Value& ends) {
    std::vector<std::uint32_t> list;
    if (!ends.is_array()) return {};
    for (const Value end : ends) list.push_back(builder_.value(end.is_string() ? end.string() : end["type"].string()));
    return builder_.list(list);
  }

  layout::Span properties(const Value& list, std::size_t depth) {
    std::vector<std::uint32_t> records;
    if (depth > kDeepest) return {};
    for (const Value property : list)
      if (property["name"].is_string()) records.push_back(this->property(property, depth));
    return builder_.list(records);
  }

  std::uint32_t property(const Value& source, std::size_t depth) {
    layout::Property property;
    const PropertyType type = property_type(source["type"].string());
    property.name = builder_.text(source["name"].string());
    property.type = static_cast<std::uint16_t>(type);
    property.flags = property_flags(source);
    if (source["default"].present()) property.default_value = builder_.value(source["default"]);
    if (source["displayOptions"].is_object()) property.display = builder_.value(source["displayOptions"]);
    property.children = children(source, type, depth);
    std::vector<std::uint32_t> modes;
    for (const Value mode : source["modes"]) modes.push_back(builder_.value(mode["name"].string()));
    property.modes = builder_.list(modes);
    return builder_.property(property);
  }

  layout::Span children(const Value& source, PropertyType type, std::size_t depth) {
    const Value options = source["options"];
    if (type == PropertyType::collection) return properties(options, depth + 1);
    std::vector<std::uint32_t> records;
    if (type == PropertyType::options || type == PropertyType::multi_options)
      for (const Value option : options) records.push_back(builder_.value(option["value"]));
    if (type == PropertyType::fixed_collection)
      for (const Value option : options) records.push_back(group(option, depth));
    return builder_.list(records);
  }

  std::uint32_t group(const Value& source, std::size_t depth) {
    layout::Property group;
    group.name = builder_.text(source["name"].string());
    group.type = static_cast<std::uint16_t>(PropertyType::group);
    group.children = properties(source["values"], depth + 1);
    return builder_.property(group);
  }

  Builder& builder_;
};

/// Descriptions by full type name, in the file's order.
struct Collected {
  std::map<std::string, std::vector<Value>, std::less<>> types;
  std::set<std::string, std::less<>> versioned;
  std::vector<std::unique_ptr<json::Document>> documents;
};

Result<void> collect(const NodesJson& source, Collected& collected) {
  json::Document::Parsed parsed = json::Document::parse(source.text);
  if (parsed.error) return Failure{format("no JSON: {} (line {})", parsed.error->message, parsed.error->position.line)};
  const Value root = parsed.document->root();
  if (!root.is_array() || root.empty()) return Failure{"no list of node descriptions"};
  for (const Value description : root) {
    const std::string_view name = description["name"].string();
    if (name.empty() || !description["properties"].is_array())
      return Failure{format("no node description at line {}", description.position().line)};
    const bool full = name.find('.') != std::string_view::npos;
    if (!full && source.package.empty())
      return Failure{format("the type '{}' carries no package name", name),
                     "give the package's folder instead of the bare file"};
    collected.types[full ? std::string(name) : format("{}.{}", source.package, name)].push_back(description);
  }
  collected.versioned.insert(source.versioned.begin(), source.versioned.end());
  collected.documents.push_back(std::move(parsed.document));
  return {};
}

/// A running n8n also lists "XTool" for every X that is usable as a tool; the reader derives those.
bool is_derived_tool(const Collected& collected, std::string_view name) {
  if (!name.ends_with("Tool")) return false;
  const auto base = collected.types.find(name.substr(0, name.size() - 4));
  if (base == collected.types.end()) return false;
  for (const Value& description : base->second)
    if (description["usableAsTool"].boolean() || description["usableAsTool"].is_object()) return true;
  return false;
}

}  // namespace

Result<std::string> reduce(const std::vector<NodesJson>& sources, std::string_view n8n_version) {
  Collected collected;
  for (const NodesJson& source : sources) {
    auto done = collect(source, collected);
    if (!done.ok()) return done.failure();
  }
  Builder builder;
  Reducer reducer(builder);
  for (const auto& [name, descriptions] : collected.types) {
    if (is_derived_tool(collected, name)) continue;
    layout::Type type;
    type.name = builder.text(name);
    type.versioned = descriptions.size() > 1 || collected.versioned.contains(name) ? 1 : 0;
    for (const Value& description : descriptions) {
      const std::uint32_t index = reducer.entry(description);
      if (type.entries.count++ == 0) type.entries.first = index;
    }
    builder.type(type);
  }
  if (builder.type_count() == 0) return Failure{"no node descriptions"};
  return builder.finish(n8n_version);
}

}  // namespace kairon::catalogue
