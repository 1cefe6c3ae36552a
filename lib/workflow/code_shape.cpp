#include "workflow/code_shape.h"

#include <algorithm>
#include <optional>

#include "base/one_of.h"
#include "base/signals.h"
#include "js/scope.h"

namespace kairon::workflow {

namespace {

using js::Field;
using js::Kind;

using What = Access::What;

constexpr int kMaxDepth = 10;
constexpr std::size_t kMaxSteps = 4000;

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

bool is_nothing(const js::Node& value) {
  return !value || value.is(Kind::null_literal) || value.is(Kind::undefined_literal) || value.text() == "undefined";
}

/// Nothing flows: a branch that gives no item.
Shape nothing() { return {}; }

js::Node outside_parentheses(js::Node node) {
  js::Node up = node.parent();
  while (up.is(Kind::parenthesized_expression)) up = up.parent();
  return up;
}

bool is_choice(const js::Node& node) {
  return node.is(Kind::ternary_expression) ||
         (node.is(Kind::binary_expression) && is_one_of(node.operator_text(), {"||", "&&", "??"}));
}

/// A place where an object is tested, copied or put into another: nothing is added to it there, and it
/// gets no second name.
bool only_looks(js::Node use) {
  js::Node around = outside_parentheses(use);
  // What `a ?? b` or `c ? a : b` gives may be the object itself.
  while (is_choice(around)) {
    if (around.is(Kind::ternary_expression) && around.child(Field::condition).contains(use)) return true;
    use = around;
    around = outside_parentheses(use);
  }
  switch (around.kind()) {
    case Kind::return_statement:
    case Kind::spread_element:
    case Kind::unary_expression:
    case Kind::binary_expression:
    case Kind::if_statement:
    case Kind::template_substitution:
    case Kind::pair:
    case Kind::object:
    case Kind::array:
      return true;
    default:
      return false;
  }
}

}  // namespace

Shape CodeShape::of_returns() const {
  Shape shape;
  if (piece_.script.error()) return Shape::anything();
  bool waits = false;
  for (const js::Node& value : returns_of(piece_.script, js::Node())) {
    const Shape one = items(value, 0);
    waits = waits || (!one.reached && !is_nothing(value) && !(value.is(Kind::array) && value.child_count() == 0));
    shape.join(one);
  }
  // Nothing known to flow in yet: the producers come first.
  return shape.reached || waits ? shape : Shape::anything();
}

Shape CodeShape::passed_through(const Access& access) const {
  const auto written = written_into_input();
  if (!written) return Shape::anything();
  Shape shape = shapes_.of(piece_, access);
  work_ += shape.fields.size() + written->fields.size();
  if (shape.reached) shape.may_gain(*written);
  return shape;
}

/// Counts a step; true when the answer is to be unknown.
bool CodeShape::gives_up(int depth) const {
  constexpr std::size_t kMostWork = 1'000'000;
  signals::check();
  ++work_;
  return depth > kMaxDepth || ++steps_ > kMaxSteps || work_ > kMostWork;
}

Shape CodeShape::as(As what, const js::Node& value, int depth) const {
  const js::Node plain = value.unwrapped();
  switch (what) {
    case As::items:
      return items(plain, depth);
    case As::item:
      return item(plain, depth);
    case As::data:
      return data(plain, depth);
  }
  return Shape::anything();
}

/// Forms that mean the same whatever is expected: choices, names, calls of own functions, await.
std::optional<Shape> CodeShape::common(As what, const js::Node& value, int depth) const {
  if (gives_up(depth)) return Shape::anything();
  if (is_nothing(value)) return nothing();
  switch (value.kind()) {
    case Kind::ternary_expression: {
      Shape shape = as(what, value.child(Field::consequence), depth + 1);
      shape.join(as(what, value.child(Field::alternative), depth + 1));
      return shape;
    }
    case Kind::binary_expression: {
      const std::string_view sign = value.operator_text();
      if (sign == "&&") return as(what, value.child(Field::right), depth + 1);
      if (sign != "||" && sign != "??") return Shape::anything();
      Shape shape = as(what, value.child(Field::left), depth + 1);
      shape.join(as(what, value.child(Field::right), depth + 1));
      return shape;
    }
    case Kind::await_expression:
      return as(what, value.at(value.child_count() - 1), depth + 1);  // behind the word itself
    case Kind::identifier:
      return named(what, value, depth);
    case Kind::call_expression:
      if (const js::Node function = function_of(value.child(Field::function)))
        return returned(what, function, depth + 1);
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

Shape CodeShape::items(const js::Node& value, int depth) const {
  if (value.is(Kind::array)) return elements(value, depth);
  const Access access = classify(piece_, value);
  if (access.what == What::items || access.what == What::item) return passed_through(access);
  if (const auto shape = common(As::items, value, depth)) return *shape;
  if (value.is(Kind::call_expression)) return list_call(value, depth);
  return item(value, depth);
}

Shape CodeShape::elements(const js::Node& array, int depth) const {
  if (depth > kMaxDepth) return Shape::anything();
  Shape shape;
  for (const js::Node element : array.children()) {
    shape.join(element.is(Kind::spread_element) ? items(element.first_child().unwrapped(), depth + 1)
                                                : item(element.unwrapped(), depth + 1));
  }
  return shape;
}

/// `list.map(...)`, `list.filter(...)`, `a.concat(b)`, `Promise.all(list)`, `Object.assign(...)`.
Shape CodeShape::list_call(const js::Node& call, int depth) const {
  if (depth > kMaxDepth) return Shape::anything();
  const js::Node callee = call.child(Field::function);
  const js::Node first = call.child(Field::arguments).first_child();
  const std::string name = js::property_name(callee).value_or("");
  const js::Node list = callee.child(Field::object).unwrapped();
  if (name == "map" || name == "flatMap") {
    const js::Node function = function_of(first);
    return function ? returned(name == "map" ? As::item : As::items, function, depth + 1) : Shape::anything();
  }
  if (callee.text() == "Promise.all") return items(first.unwrapped(), depth + 1);
  if (callee.text() == "Object.assign") return assigned(call, depth);
  if (is_one_of(name, {"filter", "slice", "sort", "reverse", "toSorted", "toReversed"})) return items(list, depth + 1);
  if (name != "concat") return Shape::anything();
  Shape shape = items(list, depth + 1);
  for (const js::Node argument : call.child(Field::arguments).children()) {
    const bool spread = argument.is(Kind::spread_element);
    shape.join(items((spread ? argument.first_child() : argument).unwrapped(), depth + 1));
  }
  return shape;
}

/// `Object.assign({}, a, {b: 1})`.
Shape CodeShape::assigned(const js::Node& call, int depth) const {
  Shape shape;
  for (const js::Node argument : call.child(Field::arguments).children()) {
    if (argument.is(Kind::spread_element)) return Shape::anything();
    shape.overlay(data(argument.unwrapped(), depth + 1));
  }
  return shape;
}

/// What a function of the code gives back.
Shape CodeShape::returned(As what, const js::Node& function, int depth) const {
  if (depth > kMaxDepth) return Shape::anything();
  const js::Node body = function.child(Field::body).unwrapped();
  if (!body.is(Kind::statement_block)) return as(what, body, depth + 1);
  Shape shape;
  for (const js::Node& value : returns_of(piece_.script, function)) shape.join(as(what, value, depth + 1));
  return shape;
}

/// A function written here, or the one function that a name stands for.
js::Node CodeShape::function_of(const js::Node& callee) const {
  const auto plain = [](const js::Node& node) {
    return node.is(Kind::arrow_function) || node.is(Kind::function_expression) || node.is(Kind::function_declaration);
  };
  const js::Node node = callee.unwrapped();
  if (plain(node)) return node;
  if (!node.is(Kind::identifier)) return {};
  const js::Scope& scope = piece_.script.scope();
  const js::Binding* binding = scope.binding_of(node);
  if (binding == nullptr || scope.is_written(*binding)) return {};
  if (binding->kind == js::BindingKind::function) {
    const js::Node declaration = piece_.script.node(binding->node).parent();
    return plain(declaration) ? declaration : js::Node();
  }
  const js::Node value = scope.value_of(node);
  return plain(value) ? value : js::Node();
}

/// A name: every value that it is given, and what is added to them in place.
Shape CodeShape::named(As what, const js::Node& identifier, int depth) const {
  const js::Scope& scope = piece_.script.scope();
  const js::Binding* binding = scope.binding_of(identifier);
  if (binding == nullptr) return Shape::anything();
  const js::Node declared = piece_.script.node(binding->node);
  const js::Node declarator = declared.parent();
  if (!declarator.is(Kind::variable_declarator) || declarator.child(Field::name) != declared) return Shape::anything();
  if (!written_into_input()) return Shape::anything();  // something may be written through another name
  Shape shape;
  const js::Node initial = declarator.child(Field::value).unwrapped();
  shape.join(as(what, initial, depth + 1));
  return uses_are_known(what, *binding, identifier, shape, depth) ? shape : Shape::anything();
}

bool CodeShape::uses_are_known(As what, const js::Binding& binding, const js::Node& asked, Shape& shape,
                               int depth) const {
  for (const js::Node& use : piece_.script.scope().uses_of(binding)) {
    ++work_;
    if (use == asked) continue;
    const js::Node up = outside_parentheses(use);
    if (up.is(Kind::assignment_expression) && up.child(Field::left).unwrapped() == use) {
      if (!up.parent().is(Kind::expression_statement)) return false;
      shape.join(as(what, up.child(Field::right), depth + 1));
      continue;
    }
    if (only_looks(use)) continue;
    const js::Node method = up.parent();
    if (up.is(Kind::arguments) && js::property_name(method.child(Field::function)) == "push") continue;
    if (up.is(Kind::arguments) &&
        is_one_of(method.child(Field::function).text(), {"JSON.stringify", "console.log", "Object.keys"}))
      continue;
    const bool member = (up.is(Kind::member_expression) || up.is(Kind::subscript_expression)) &&
                        up.child(Field::object).unwrapped() == use;
    if (!member) return false;
    const bool known = what == As::items ? pushes(use, shape, depth) : writes_field(use, shape);
    if (!known) return false;
  }
  return true;
}

/// `list.push(a, ...b)`, or a use that changes nothing.
bool CodeShape::pushes(const js::Node& use, Shape& shape, int depth) const {
  const js::Node member = outside_parentheses(use);
  const js::Node call = member.parent();
  const std::string name = js::property_name(member).value_or("");
  if (name == "length") return !call.is(Kind::assignment_expression);
  if (!call.is(Kind::call_expression) || call.child(Field::function) != member) return false;
  if (is_one_of(name, {"some", "every", "join", "includes", "map", "filter", "slice"}))
    return written_into_input().has_value();
  if (name != "push" && name != "unshift") return false;
  for (const js::Node argument : call.child(Field::arguments).children()) {
    shape.join(argument.is(Kind::spread_element) ? items(argument.first_child().unwrapped(), depth + 1)
                                                 : item(argument.unwrapped(), depth + 1));
  }
  return true;
}

/// `object.field = value` adds the field; reading one changes nothing.
bool CodeShape::writes_field(const js::Node& use, Shape& shape) const {
  const js::Node member = outside_parentheses(use);
  const auto name = js::property_name(member);
  const js::Node up = outside_parentheses(member);
  const bool assigned = (up.is(Kind::assignment_expression) || up.is(Kind::augmented_assignment_expression) ||
                         up.is(Kind::for_in_statement)) &&
                        up.child(Field::left).unwrapped() == member;
  // `({a: object.a} = source)`, `[object.a] = list`, `object.a++`
  const bool written = assigned || up.is(Kind::pair_pattern) || up.is(Kind::array_pattern) ||
                       up.is(Kind::assignment_pattern) || up.is(Kind::object_assignment_pattern) ||
                       up.is(Kind::update_expression);
  if (!name) {
    if (!written) return true;
    shape.join(Shape::anything());  // `object[key] = value`
    return true;
  }
  // `object.json = ...` and `object.json.x = ...`: an item is being made up, not data.
  if (*name == "json") return false;
  if (written) shape.add(*name);
  // `object.field.inner = ...`, `list.push(object.field)`: what is inside may change under another name.
  if (const auto hit = shape.fields.find(*name);
      hit != shape.fields.end() && !hit->second.is_only(kText | kNumber | kBoolean))
    hit->second = Value::of(hit->second.kinds);
  return true;
}

Shape CodeShape::item(const js::Node& value, int depth) const {
  const Access access = classify(piece_, value);
  if (access.what == What::item || access.what == What::json) return passed_through(access);
  if (const auto shape = common(As::item, value, depth)) return *shape;
  if (value.is(Kind::call_expression) && value.child(Field::function).text() == "Object.assign")
    return assigned(value, depth);
  return value.is(Kind::object) ? item_object(value, depth) : Shape::anything();
}

/// `{json: {...}}`, `{...item, json: {...}}`, or bare data.
Shape CodeShape::item_object(const js::Node& object_node, int depth) const {
  std::optional<Shape> shape;
  for (const js::Node child : object_node.children()) {
    if (child.is(Kind::spread_element)) {
      const Access spread = classify(piece_, child.first_child());
      if (spread.what == What::item) shape = passed_through(spread);
    } else if (child.is(Kind::shorthand_property_identifier) && child.text() == "json") {
      shape = named(As::data, child, depth + 1);
    } else if (child.is(Kind::pair) && js::property_name(child) == "json") {
      shape = data(child.child(Field::value).unwrapped(), depth + 1);
    }
  }
  return shape ? *shape : object(object_node, depth);
}

/// An item in the place of its data: `{json: item}` puts everything one step deeper.
Shape CodeShape::whole_item(const Access& access) const {
  const Shape inner = passed_through(access);
  Shape shape;
  shape.reached = inner.reached;
  const bool known = inner.reached && !inner.open && inner.calls.empty();
  shape.set("json", known ? Value::of_object(inner) : Value::of(kObject));
  for (const char* key : {"binary", "pairedItem", "error", "index"}) shape.set(key, Value());
  return shape;
}

Shape CodeShape::data(const js::Node& value, int depth) const {
  const Access access = classify(piece_, value);
  if (access.what == What::json) return passed_through(access);
  if (access.what == What::item) return whole_item(access);
  if (const auto shape = common(As::data, value, depth)) return *shape;
  if (value.is(Kind::object)) return object(value, depth);
  if (value.is(Kind::call_expression) && value.child(Field::function).text() == "Object.assign")
    return assigned(value, depth);
  return Shape::anything();
}

Shape CodeShape::object(const js::Node& object, int depth) const {
  Shape shape;
  shape.reached = true;
  for (const js::Node child : object.children()) {
    if (child.is(Kind::spread_element)) {
      shape.overlay(data(child.first_child().unwrapped(), depth + 1));
      continue;
    }
    const bool shorthand = child.is(Kind::shorthand_property_identifier);
    const auto name = shorthand ? std::optional<std::string>(child.text()) : js::property_name(child);
    if (!name) return Shape::anything();
    shape.set(*name, value(shorthand ? child : child.child(Field::value), depth + 1));
  }
  return shape;
}

}  // namespace kairon::workflow
