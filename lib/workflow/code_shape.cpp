#include "workflow/code_shape.h"

#include <algorithm>

#include "js/scope.h"

namespace kairon::workflow {

namespace {

using js::Field;
using js::Kind;

using What = Access::What;

constexpr int kMaxDepth = 10;

/// The returns of one function, nested functions left out.
std::vector<js::Node> returns_of(const js::Script& script, const js::Node& function) {
  std::vector<js::Node> found;
  for (std::uint32_t i = 0; i < script.size(); ++i) {
    const js::Node node = script.node(i);
    if (node.is(Kind::return_statement) && node.enclosing_function() == function)
      found.push_back(node.first_child().unwrapped());
  }
  return found;
}

}  // namespace

/// `item.json.x = ...`, `Object.assign(item.json, ...)`, `delete item.json.x`: the data is changed in place.
bool CodeShape::writes_into_items() const {
  for (std::uint32_t i = 0; i < piece_.script.size(); ++i) {
    const js::Node node = piece_.script.node(i);
    const bool assignment = node.is(Kind::assignment_expression) || node.is(Kind::augmented_assignment_expression);
    if (assignment && !node.child(Field::left).is(Kind::identifier)) return true;
    if (node.is(Kind::call_expression) && node.child(Field::function).text() == "Object.assign") return true;
  }
  return false;
}

Shape CodeShape::of_returns() const {
  Shape shape;
  if (piece_.script.error()) return Shape::anything();
  for (const js::Node& value : returns_of(piece_.script, js::Node())) shape.join(items(value, 0));
  return shape.reached ? shape : Shape::anything();
}

Shape CodeShape::passed_through(const Access& access) const {
  return writes_into_items() ? Shape::anything() : shapes_.of(piece_, access);
}

/// The initializer of a name that is used nowhere else: nothing can have changed it in between.
js::Node CodeShape::single_value(const js::Node& identifier) const {
  const js::Scope& scope = piece_.script.scope();
  const js::Binding* binding = scope.binding_of(identifier);
  if (binding == nullptr) return {};
  const auto uses = std::count_if(scope.usages().begin(), scope.usages().end(), [&](const js::Usage& usage) {
    return usage.binding != js::Usage::kUnbound && &scope.bindings()[usage.binding] == binding;
  });
  return uses == 1 ? scope.value_of(identifier).unwrapped() : js::Node();
}

Shape CodeShape::items(const js::Node& value, int depth) const {
  if (depth > kMaxDepth) return Shape::anything();
  if (value.is(Kind::array)) {
    Shape shape;
    shape.reached = true;
    for (const js::Node element : value.children()) {
      shape.join(element.is(Kind::spread_element) ? items(element.first_child().unwrapped(), depth + 1)
                                                  : item(element.unwrapped(), depth + 1));
    }
    return shape;
  }
  if (value.is(Kind::ternary_expression)) {
    Shape shape = items(value.child(Field::consequence).unwrapped(), depth + 1);
    shape.join(items(value.child(Field::alternative).unwrapped(), depth + 1));
    return shape;
  }
  const Access access = classify(piece_, value);
  if (access.what == What::items || access.what == What::item) return passed_through(access);
  if (value.is(Kind::identifier)) {
    const js::Node known = single_value(value);
    return known ? items(known, depth + 1) : Shape::anything();
  }
  if (value.is(Kind::call_expression)) return mapped(value, depth);
  return item(value, depth);
}

/// `list.map(x => ({ json: {...} }))`.
Shape CodeShape::mapped(const js::Node& call, int depth) const {
  const js::Node function = call.child(Field::arguments).first_child();
  if (js::property_name(call.child(Field::function)) != "map" || !function.is(Kind::arrow_function))
    return Shape::anything();
  const js::Node body = function.child(Field::body).unwrapped();
  if (!body.is(Kind::statement_block)) return item(body, depth + 1);
  Shape shape;
  for (const js::Node& value : returns_of(piece_.script, function)) shape.join(item(value, depth + 1));
  return shape.reached ? shape : Shape::anything();
}

Shape CodeShape::item(const js::Node& value, int depth) const {
  if (depth > kMaxDepth) return Shape::anything();
  const Access access = classify(piece_, value);
  if (access.what == What::item || access.what == What::json) return passed_through(access);
  if (value.is(Kind::identifier)) {
    const js::Node known = single_value(value);
    return known ? item(known, depth + 1) : Shape::anything();
  }
  if (!value.is(Kind::object)) return Shape::anything();
  for (const js::Node child : value.children()) {
    if (child.is(Kind::spread_element)) return object(value, depth).open ? Shape::anything() : object(value, depth);
    if (child.is(Kind::pair) && js::property_name(child) == "json")
      return data(child.child(Field::value).unwrapped(), depth + 1);
    if (child.is(Kind::shorthand_property_identifier) && child.text() == "json") return Shape::anything();
  }
  return object(value, depth);
}

Shape CodeShape::data(const js::Node& value, int depth) const {
  if (depth > kMaxDepth) return Shape::anything();
  const Access access = classify(piece_, value);
  if (access.what == What::json) return passed_through(access);
  if (value.is(Kind::object)) return object(value, depth);
  if (value.is(Kind::identifier)) {
    const js::Node known = single_value(value);
    return known ? data(known, depth + 1) : Shape::anything();
  }
  if (value.is(Kind::ternary_expression)) {
    Shape shape = data(value.child(Field::consequence).unwrapped(), depth + 1);
    shape.join(data(value.child(Field::alternative).unwrapped(), depth + 1));
    return shape;
  }
  return Shape::anything();
}

Shape CodeShape::object(const js::Node& object, int depth) const {
  Shape shape;
  shape.reached = true;
  for (const js::Node child : object.children()) {
    if (child.is(Kind::spread_element)) {
      shape.join(data(child.first_child().unwrapped(), depth + 1));
      continue;
    }
    const auto name = child.is(Kind::shorthand_property_identifier) ? std::optional<std::string>(child.text())
                                                                    : js::property_name(child);
    if (!name) return Shape::anything();
    shape.add(*name);
  }
  return shape;
}

}  // namespace kairon::workflow
