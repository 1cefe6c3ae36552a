#include <string>

#include "base/text.h"
#include "json/document.h"
#include "workflow/expression.h"
#include "workflow/node_shapes.h"

// The Set node ("Edit Fields"): v1 and v2 `values` and keepOnlySet, v3.0 to 3.2 `fields.values` and
// include, from 3.3 `assignments.assignments` and includeOtherFields (n8n-nodes-base, nodes/Set).
namespace kairon::workflow {

namespace {

using std::string_view;

bool is_expression_value(const json::Value& value) { return is_expression(value.string()); }

/// The field that a dotted name sets: lodash's first step of `a.b`, `a[0]`, `['a'].b` or `[0].b`.
string_view root_of(string_view name) {
  if (!name.starts_with('[')) return name.substr(0, name.find_first_of(".["));
  string_view step = name.substr(1, name.find(']') - 1);
  if (step.size() > 1 && step.front() == step.back() && (step.front() == '\'' || step.front() == '"'))
    step = step.substr(1, step.size() - 2);
  return step;
}

/// The kind that Edit Fields converts a value to.
Kinds declared_kind(string_view type) {
  if (type.starts_with("string")) return kText;
  if (type.starts_with("number")) return kNumber;
  if (type.starts_with("boolean")) return kBoolean;
  if (type.starts_with("array")) return kList;
  return type.starts_with("object") ? kObject : kAnyKind;
}

/// In a JSON text this stands for an expression.
constexpr string_view kHole = "70707070";

Value value_of_json(const json::Value& json, int depth = 0) {
  switch (json.type()) {
    case json::Type::null:
      return Value::of(kNull);
    case json::Type::boolean:
      return Value::of(kBoolean);
    case json::Type::number:
      return json.raw() == kHole ? Value() : Value::of(kNumber);
    case json::Type::string:
      return json.string().find(kHole) == string_view::npos ? Value::of_text(json.string()) : Value::of(kText);
    case json::Type::array: {
      if (depth > 4 || json.empty()) return Value::of(kList);
      Value element = value_of_json(json.at(0), depth + 1);
      for (const json::Value one : json) element.join(value_of_json(one, depth + 1));
      return Value::of_list(element);
    }
    case json::Type::object: {
      if (depth > 4) return Value::of(kObject);
      Shape shape;
      shape.reached = true;
      for (const json::Value entry : json) {
        if (entry.key().find(kHole) != string_view::npos) return Value::of(kObject);
        shape.set(entry.key(), value_of_json(entry, depth + 1));
      }
      return Value::of_object(shape);
    }
  }
  return {};
}

class SetShape {
 public:
  SetShape(const Node& node, const Shape& input) : parameters_(node.parameters), version_(node.version) {
    const json::Value dots = parameters_["options"]["dotNotation"];
    dotted_ = !dots.is_boolean() || dots.boolean();
    const json::Value ignores = parameters_["options"]["ignoreConversionErrors"];
    converts_ = version_ >= 3 && !ignores.is_string() && !ignores.boolean();
    if (keeps_input()) shape_ = kept(input);
    shape_.reached = true;
  }

  /// `manual` mode: the named fields.
  void add_named() {
    if (version_ >= 3.3) return add_all(parameters_["assignments"]["assignments"]);
    if (version_ >= 3) return add_all(parameters_["fields"]["values"]);
    for (const json::Value list : parameters_["values"]) add_all(list);
  }

  /// `raw` mode: the keys of a JSON text in which `{{ }}` may stand for values.
  void add_raw() {
    const json::Value text = parameters_["jsonOutput"];
    if (!text.is_string()) {
      for (const json::Value entry : text) shape_.set(entry.key(), value_of_json(entry));
      return;
    }
    const string_view all = text.string().substr(is_expression_value(text) ? 1 : 0);
    std::string filled;
    std::size_t at = 0;
    for (const ExpressionPart& part : split_expression(all)) {
      filled += all.substr(at, part.begin - 2 - at);
      filled += kHole;
      at = part.closed ? part.end + 2 : part.end;
    }
    filled += all.substr(at);
    const auto parsed = json::Document::parse(filled);
    if (!parsed.document || !parsed.document->root().is_object()) return shape_.overlay(Shape::anything());
    for (const json::Value entry : parsed.document->root()) {
      if (entry.key().find(kHole) != string_view::npos) shape_.overlay(Shape::anything());
      shape_.set(entry.key(), value_of_json(entry));
    }
  }

  [[nodiscard]] const Shape& shape() const { return shape_; }

  /// An expression in the place of a switch may turn out either way.
  [[nodiscard]] bool keeps_input() const {
    if (version_ < 3) {
      const json::Value only = parameters_["keepOnlySet"];
      return !only.is_boolean() || !only.boolean();
    }
    const string_view include = parameters_["include"].string();
    if (version_ < 3.3) return include != "none";
    const json::Value others = parameters_["includeOtherFields"];
    return others.is_string() || others.boolean();
  }

  /// What is left of the input by `include`: everything, the named fields alone, or all but these.
  [[nodiscard]] Shape kept(const Shape& input) const {
    const string_view include = parameters_["include"].string();
    if (version_ < 3 || !input.reached || (include != "selected" && include != "except")) return input;
    string_view list = parameters_[include == "selected" ? "includeFields" : "excludeFields"].string();
    if (list.starts_with('=')) list.remove_prefix(1);
    // `a.b` names a part of a field, and gives it another name.
    if (list.find("{{") != string_view::npos || list.find_first_of(".[") != string_view::npos) return input;
    const bool unknown = input.open || !input.calls.empty();
    Shape kept;
    if (include == "except") kept = input;
    kept.reached = true;
    kept.replaced = input.replaced;
    for (const string_view part : text::split(list, ',')) {
      const string_view name = text::trim(part);
      if (include == "except") {
        if (!unknown && name == "ctx") kept.may_have_ctx = false;
        if (!unknown) kept.fields.erase(std::string(name));
        continue;
      }
      const auto known = input.fields.find(name);
      if (known != input.fields.end()) {
        kept.set(name, input.calls.empty() ? known->second : Value());
      } else if (unknown && !name.empty() && (name != "ctx" || input.may_have_ctx)) {
        kept.set(name, Value());
      }
    }
    return kept;
  }

 private:
  void add_all(const json::Value& entries) {
    for (const json::Value entry : entries) {
      string_view name = entry["name"].string();
      // "=total": an expression without braces is the text after the sign.
      if (is_expression(name) && name.find("{{") == string_view::npos) name.remove_prefix(1);
      if (is_expression(name) || is_expression_value(entries)) shape_.overlay(Shape::anything());
      assign(name, value_of(entry, entries.key()));
    }
    if (is_expression_value(entries)) shape_.overlay(Shape::anything());
  }

  [[nodiscard]] Value value_of(const json::Value& entry, string_view list) const {
    const string_view type = version_ >= 3 ? entry["type"].string() : list;
    const json::Value value =
        version_ >= 3 && version_ < 3.3 ? entry[type.empty() ? "stringValue" : type] : entry["value"];
    const Kinds kind = declared_kind(type.empty() && version_ >= 3 ? "string" : type);
    const bool computed = is_expression_value(value) || !value.present() || value.is_null();
    if (!converts_) return computed || kind == kAnyKind ? Value() : value_of_json(value);
    if (kind == kList || kind == kObject) {
      const auto parsed = computed ? json::Document::Parsed{} : json::Document::parse(std::string(value.string()));
      if (parsed.document) return value_of_json(parsed.document->root());
    }
    if (kind == kText && !computed && value.is_string()) return Value::of_text(value.string());
    return computed && kind != kAnyKind ? Value::of(kind).or_null() : Value::of(kind);
  }

  /// `a.b` sets a field of an object, which keeps its other ones.
  void assign(string_view name, Value value) {
    const string_view root = dotted_ ? root_of(name) : name;
    const string_view rest = root.size() < name.size() ? name.substr(root.size()) : string_view();
    if (!dotted_ || rest.empty()) return shape_.set(root, std::move(value));
    const auto known = shape_.fields.find(root);
    const bool plain = rest.starts_with('.') && rest.find_first_of(".[", 1) == string_view::npos;
    const bool fresh = known == shape_.fields.end() && !shape_.open && shape_.calls.empty();
    const bool extends = known != shape_.fields.end() && known->second.is_only(kObject) && known->second.object;
    if (!plain || (!fresh && !extends)) return shape_.set(root, Value());
    Shape inner = extends ? *known->second.object : Shape();
    inner.reached = true;
    inner.set(rest.substr(1), std::move(value));
    shape_.set(root, Value::of_object(inner));
  }

  json::Value parameters_;
  double version_;
  bool dotted_ = true;
  bool converts_ = true;
  Shape shape_;
};

}  // namespace

Shape shape_of_set(const Node& node, const Shape& input) {
  const json::Value mode = node.parameters["mode"];
  if (is_expression_value(mode)) return Shape::anything();
  SetShape set(node, input);
  if (set.keeps_input() && !input.reached) return input;
  if (node.version >= 3 && mode.string() == "raw") {
    set.add_raw();
  } else {
    set.add_named();
  }
  return set.shape();
}

Shape shape_of_set_kept(const Node& node, const Shape& input) {
  const SetShape set(node, input);
  return set.keeps_input() ? set.kept(input) : Shape();
}

}  // namespace kairon::workflow
