#include <algorithm>

#include "base/one_of.h"
#include "js/scope.h"
#include "workflow/code_shape.h"

// What a Code node writes in place into the items that it was given.
namespace kairon::workflow {

namespace {

using js::Field;
using js::Kind;

using What = Access::What;

}  // namespace

/// An object or list that the code itself makes: what is written into it is not input data.
bool CodeShape::is_own_object(js::Node object) const {
  while (object.is(Kind::member_expression) || object.is(Kind::subscript_expression)) {
    if (js::property_name(object) == "json") return false;  // an item may have been put into it
    object = object.child(Field::object).unwrapped();
  }
  if (!object.is(Kind::identifier)) return object.is(Kind::object) || object.is(Kind::array);
  const js::Binding* binding = piece_.script.scope().binding_of(object);
  if (binding == nullptr || piece_.script.scope().is_written(*binding)) return false;
  const js::Node value = piece_.script.scope().value_of(object);
  return value.is(Kind::object) || value.is(Kind::array) || value.is(Kind::new_expression);
}

/// The field of the input's data in which `$json.field.inner` lies; nothing for everything else.
std::optional<std::string> CodeShape::field_of_input(const js::Node& value) const {
  for (js::Node inner = value.unwrapped(); inner; inner = inner.child(Field::object).unwrapped()) {
    const js::Node object = inner.child(Field::object);
    if (object && classify(piece_, object).what == What::json) return js::property_name(inner);
  }
  return std::nullopt;
}

/// One assignment to a member; false when it may write something unknown into the input's items.
bool CodeShape::add_write(const js::Node& left, const js::Node& right, Shape& written) const {
  const js::Node object = left.child(Field::object);
  const auto name = js::property_name(left);
  const Access access = classify(piece_, object);
  if (access.what == What::json) {
    if (name) written.add(*name);
    return name.has_value();
  }
  if (access.what == What::item) {
    if (name == "json") written.may_gain(data(right.unwrapped(), 1));
    return name.has_value();
  }
  if (const auto field = field_of_input(object)) {
    written.add(*field);  // below a field that is there already: what is in it is no longer known
    return true;
  }
  return is_own_object(object);
}

/// A name that is set in several places or by a choice, or a parameter of a function that is called by
/// name: it may stand for the list of input items.
bool CodeShape::may_be_any_list(const js::Node& list) const {
  const js::Scope& scope = piece_.script.scope();
  const js::Binding* binding = list.is(Kind::identifier) ? scope.binding_of(list) : nullptr;
  if (binding == nullptr) return false;
  const js::Node value = scope.value_of(list);
  if (scope.is_written(*binding) || value.is(Kind::ternary_expression) || value.is(Kind::binary_expression) ||
      value.is(Kind::identifier))
    return true;
  if (value.is(Kind::call_expression) && function_of(value.child(Field::function))) return true;
  const js::Node function = piece_.script.node(binding->node).enclosing_function();
  return binding->kind == js::BindingKind::parameter && !function.parent().is(Kind::arguments);
}

bool CodeShape::add_call(const js::Node& call, Shape& written) const {
  const js::Node callee = call.child(Field::function);
  const js::Node first = call.child(Field::arguments).first_child();
  if (callee.text() == "Object.assign") {
    if (classify(piece_, first).what == What::json) written.may_gain(assigned(call, 1));
    return classify(piece_, first).what == What::json || is_own_object(first.unwrapped());
  }
  const std::string name = js::property_name(callee).value_or("");
  if (!is_one_of(name, {"push", "unshift", "splice"})) return true;
  const js::Node list = callee.child(Field::object).unwrapped();
  if (const auto field = field_of_input(list)) written.add(*field);
  return classify(piece_, list).what != What::items && !may_be_any_list(list);
}

/// `item.json.x = ...`, `Object.assign(item.json, ...)`: the fields that the code adds to data of its
/// input in place; nothing when they are not known.
std::optional<Shape> CodeShape::written_into_input() const {
  // What is written may itself come from the input. Every field that is written counts for everything
  // that is passed through, so nothing is lost by leaving it out here.
  if (collecting_writes_) return Shape();
  if (!writes_) {
    collecting_writes_ = true;
    auto written = collect_writes();
    collecting_writes_ = false;
    writes_ = std::move(written);
  }
  return *writes_;
}

std::optional<Shape> CodeShape::collect_writes() const {
  Shape written;
  work_ += piece_.script.size();
  for (std::uint32_t i = 0; i < piece_.script.size(); ++i) {
    const js::Node node = piece_.script.node(i);
    const bool assignment = node.is(Kind::assignment_expression) || node.is(Kind::augmented_assignment_expression);
    const js::Node left = node.child(Field::left).unwrapped();
    if (assignment && !left.is(Kind::identifier) && !add_write(left, node.child(Field::right), written))
      return std::nullopt;
    const js::Node counted = node.is(Kind::update_expression) ? node.child(Field::argument).unwrapped() : js::Node();
    if (counted && !counted.is(Kind::identifier) && !add_write(counted, {}, written)) return std::nullopt;
    const js::Node each = node.is(Kind::for_in_statement) ? node.child(Field::left) : js::Node();
    if (each.is(Kind::member_expression) || each.is(Kind::subscript_expression)) return std::nullopt;
    if (node.is(Kind::call_expression) && !add_call(node, written)) return std::nullopt;
  }
  return written;
}

}  // namespace kairon::workflow
