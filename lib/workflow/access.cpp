#include "workflow/access.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/one_of.h"
#include "js/scope.h"

namespace kairon::workflow {

namespace {

using js::Field;
using js::Kind;
using js::Node;
using What = Access::What;
using Route = Access::Route;

constexpr int kMaxDepth = 12;

/// The data that `node` gives, of which `depth` expressions were followed so far. Those that read a part of
/// another expression ask it for that one.
Access access_of(const CodePiece& piece, Node node, int depth);

bool is_free(const CodePiece& piece, const Node& node, std::string_view name) {
  if (!node.is(Kind::identifier) || node.text() != name) return false;
  return !piece.is_code() || piece.script.scope().is_free(node);
}

Access make(What what, Route route = Route::input, std::string node = {}) { return {what, route, std::move(node)}; }

Access element(Access list) {
  if (list.what == What::items) {
    list.what = What::item;
    return list;
  }
  if (list.what == What::jsons) {
    list.what = What::json;
    return list;
  }
  return {};
}

Access step(Access from, std::string_view key) {
  if (from.what != What::item || key != "json") return {};
  from.what = What::json;
  return from;
}

Node around_shorthand(const Node& name) {
  const Node up = name.parent();
  return up.is(Kind::object_assignment_pattern) ? up.parent() : up;
}

std::size_t position_in(const Node& list, const Node& element) {
  std::size_t position = 0;
  for (const Node child : list.children()) {
    if (child == element) break;
    ++position;
  }
  return position;
}

/// `$('X')`, or a name whose value it is: the node's name.
std::optional<std::string> node_of(const CodePiece& piece, const Node& node) {
  Node plain = node.unwrapped();
  if (plain.is(Kind::identifier) && piece.is_code()) {
    if (const Node value = piece.script.scope().value_of(plain)) plain = value;
  }
  if (plain.is(Kind::call_expression) && is_free(piece, plain.child(Field::function), "$")) {
    return js::string_value(plain.child(Field::arguments).first_child());
  }
  return std::nullopt;
}

/// `list.map(x => ...)`: the parameter that holds an element of the list.
Access of_callback(const CodePiece& piece, const Node& arguments, const Node& function, std::size_t position,
                   int depth) {
  if (arguments.first_child() != function) return {};
  const Node method = arguments.parent().child(Field::function);
  const std::string name = js::property_name(method).value_or("");
  const bool first = is_one_of(
      name, {"map", "forEach", "filter", "find", "findLast", "some", "every", "flatMap", "findIndex", "sort"});
  const bool second = is_one_of(name, {"reduce", "reduceRight", "sort"});
  if (!(position == 0 && first) && !(position == 1 && second)) return {};
  return element(access_of(piece, method.child(Field::object), depth + 1));
}

Access of_parameter(const CodePiece& piece, const Node& function, std::size_t position, int depth) {
  const Node up = function.parent();
  if (up.is(Kind::arguments)) return of_callback(piece, up, function, position, depth);
  const Node name = up.is(Kind::variable_declarator) ? up.child(Field::name) : function.child(Field::name);
  const js::Binding* binding = name.is(Kind::identifier) ? piece.script.scope().binding_of(name) : nullptr;
  if (binding == nullptr || piece.script.scope().is_written(*binding)) return {};
  const std::vector<Node> uses = piece.script.scope().uses_of(*binding);
  if (uses.size() != 1) return {};
  const Node around = uses.front().parent();
  if (around.is(Kind::arguments)) return of_callback(piece, around, uses.front(), position, depth);
  if (!around.is(Kind::call_expression) || around.child(Field::function) != uses.front()) return {};
  return access_of(piece, around.child(Field::arguments).at(position), depth + 1);
}

/// Returns what flows into a pattern or name at the place of its declaration.
Access of_target(const CodePiece& piece, const Node& target, int depth) {
  if (depth > kMaxDepth) return {};
  const Node up = target.parent();
  switch (up.kind()) {
    case Kind::variable_declarator:
      return up.child(Field::name) == target ? access_of(piece, up.child(Field::value), depth + 1) : Access{};
    case Kind::for_in_statement:
      return up.child(Field::left) == target && up.operator_text() == "of"
                 ? element(access_of(piece, up.child(Field::right), depth + 1))
                 : Access{};
    case Kind::assignment_pattern:  // a default: the value itself when there is one
      return up.child(Field::left) == target ? of_target(piece, up, depth + 1) : Access{};
    case Kind::pair_pattern:
      return step(of_target(piece, up.parent(), depth + 1), js::property_name(up).value_or(""));
    case Kind::array_pattern:
      return element(of_target(piece, up, depth + 1));
    case Kind::formal_parameters:
      return of_parameter(piece, up.parent(), position_in(up, target), depth);
    default:
      return js::is_function(up.kind()) && up.child(Field::parameter) == target ? of_parameter(piece, up, 0, depth)
                                                                                : Access{};
  }
}

/// A name that no plain declaration sets: a parameter, a loop's name, a part of a pattern.
Access of_declared(const CodePiece& piece, const Node& use, int depth) {
  const js::Binding* binding = piece.script.scope().binding_of(use);
  if (binding == nullptr || piece.script.scope().is_written(*binding)) return {};
  const Node declared = piece.script.node(binding->node);
  const bool shorthand = declared.is(Kind::shorthand_property_identifier_pattern);
  const Access whole = of_target(piece, shorthand ? around_shorthand(declared) : declared, depth);
  return shorthand ? step(whole, declared.text()) : whole;
}

Access of_name(const CodePiece& piece, const Node& node, int depth) {
  if (is_free(piece, node, "$json")) return make(What::json);
  if (piece.kind == CodeKind::code_all || piece.kind == CodeKind::function) {
    if (is_free(piece, node, "items")) return make(What::items);
  }
  if ((piece.kind == CodeKind::code_each && is_free(piece, node, "item")) || is_free(piece, node, "$item"))
    return make(What::item);
  if (piece.kind == CodeKind::function_item && is_free(piece, node, "item")) return make(What::json);
  if (!piece.is_code() && piece.script.size() < 3) return {};
  if (const Node value = piece.script.scope().value_of(node)) return access_of(piece, value, depth + 1);
  return of_declared(piece, node, depth);
}

Access of_member(const CodePiece& piece, const Node& node, int depth) {
  const Node object = node.child(Field::object);
  const std::string name = js::property_name(node).value_or("");
  if (is_free(piece, object, "$input") && name == "item") return make(What::item);
  if (is_free(piece, object, "$node")) return make(What::item, Route::paired, name);
  if (auto other = node_of(piece, object); other && name == "item") return make(What::item, Route::paired, *other);
  Access from = access_of(piece, object, depth + 1);
  if (from.what == What::item && name == "json") {
    from.what = What::json;
    return from;
  }
  return {};
}

Access of_subscript(const CodePiece& piece, const Node& node, int depth) {
  const Node object = node.child(Field::object);
  const Node index = node.child(Field::index);
  if (is_free(piece, object, "$node")) {
    const auto name = js::string_value(index);
    return name ? make(What::item, Route::paired, *name) : Access{};
  }
  const Access from = access_of(piece, object, depth + 1);
  if (from.what == What::item && js::string_value(index) == "json") return make(What::json, from.route, from.node);
  return js::string_value(index) ? Access{} : element(from);
}

/// `items.map(i => i.json)` is an array of data; any other mapping is not known.
Access of_map(const CodePiece& piece, const Node& call, Access list, int depth) {
  const Node function = call.child(Field::arguments).first_child();
  const Node body = function.child(Field::body).unwrapped();
  if (!function.is(Kind::arrow_function) || access_of(piece, body, depth + 1).what != What::json) return {};
  list.what = What::jsons;
  return list;
}

Access of_call(const CodePiece& piece, const Node& node, int depth) {
  const Node function = node.child(Field::function);
  if (is_free(piece, function, "$items")) {
    const auto name = js::string_value(node.child(Field::arguments).first_child());
    return name ? make(What::items, Route::direct, *name) : make(What::items);
  }
  if (!function.is(Kind::member_expression)) return {};
  const Node object = function.child(Field::object);
  const std::string name = js::property_name(function).value_or("");
  const std::optional<std::string> other = node_of(piece, object);
  if (other || is_free(piece, object, "$input")) {
    const bool single = is_one_of(name, {"first", "last"});
    if (other && is_one_of(name, {"itemMatching", "pairedItem"})) return make(What::item, Route::paired, *other);
    if (!single && name != "all") return {};
    return make(single ? What::item : What::items, other ? Route::direct : Route::input, other.value_or(""));
  }
  const Access list = access_of(piece, object, depth + 1);
  if (is_one_of(name, {"at", "find", "findLast", "pop", "shift"})) return element(list);
  if (is_one_of(name, {"filter", "slice", "sort", "reverse", "toSorted", "toReversed"}))
    return list.what == What::items || list.what == What::jsons ? list : Access{};
  if (name == "map" && list.what == What::items) return of_map(piece, node, list, depth);
  return {};
}

Access access_of(const CodePiece& piece, Node node, int depth) {
  node = node.unwrapped();
  if (!node || depth > kMaxDepth) return {};
  switch (node.kind()) {
    case Kind::identifier:
      return of_name(piece, node, depth);
    case Kind::member_expression:
      return of_member(piece, node, depth);
    case Kind::subscript_expression:
      return of_subscript(piece, node, depth);
    case Kind::call_expression:
      return of_call(piece, node, depth);
    case Kind::await_expression:
      return access_of(piece, node.at(node.child_count() - 1), depth + 1);  // after the word await
    default:
      return {};
  }
}

}  // namespace

Access classify(const CodePiece& piece, const js::Node& expression) { return access_of(piece, expression, 0); }

Access classify_pattern(const CodePiece& piece, const js::Node& pattern) { return of_target(piece, pattern, 0); }

}  // namespace kairon::workflow
