#include <string>

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

class SetShape {
 public:
  explicit SetShape(const Node& node) : parameters_(node.parameters), version_(node.version) {
    const json::Value dots = parameters_["options"]["dotNotation"];
    dotted_ = !dots.is_boolean() || dots.boolean();
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
      for (const json::Value entry : text) shape_.add(std::string(entry.key()));
      return;
    }
    constexpr string_view kHole = "70707070";
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
    if (!parsed.document || !parsed.document->root().is_object()) {
      shape_.open = true;
      shape_.may_have_ctx = true;
      return;
    }
    for (const json::Value entry : parsed.document->root()) {
      if (entry.key().find(kHole) != string_view::npos) shape_.join(Shape::anything());
      shape_.add(std::string(entry.key()));
    }
  }

  /// Joins what is kept of the input; false while nothing is known to flow in.
  bool add_kept(const Shape& input) {
    if (!keeps_input()) return true;
    if (!input.reached) return false;
    shape_.join(input);
    return true;
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

 private:
  void add_all(const json::Value& entries) {
    for (const json::Value entry : entries) {
      string_view name = entry["name"].string();
      // "=total": an expression without braces is the text behind the sign.
      if (is_expression(name) && name.find("{{") == string_view::npos) name.remove_prefix(1);
      if (is_expression(name) || is_expression_value(entries)) shape_.join(Shape::anything());
      shape_.add(std::string(dotted_ ? root_of(name) : name));
    }
    if (is_expression_value(entries)) shape_.join(Shape::anything());
  }

  json::Value parameters_;
  double version_;
  bool dotted_ = true;
  Shape shape_;
};

}  // namespace

Shape shape_of_set(const Node& node, const Shape& input) {
  const json::Value mode = node.parameters["mode"];
  if (is_expression_value(mode)) return Shape::anything();
  SetShape set(node);
  if (node.version >= 3 && mode.string() == "raw") {
    set.add_raw();
  } else {
    set.add_named();
  }
  if (!set.add_kept(input)) return input;
  return set.shape();
}

Shape shape_of_set_kept(const Node& node, const Shape& input) { return SetShape(node).keeps_input() ? input : Shape(); }

}  // namespace kairon::workflow
