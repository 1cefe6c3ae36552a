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

class Classifier {
 public:
  explicit Classifier(const CodePiece& piece) : piece_(piece) {}

  Access of(Node node, int depth = 0) const {
    node = node.unwrapped();
    if (!node || depth > kMaxDepth) return {};
    switch (node.kind()) {
      case Kind::identifier:
        return of_name(node, depth);
      case Kind::member_expression:
        return of_member(node, depth);
      case Kind::subscript_expression:
        return of_subscript(node, depth);
      case Kind::call_expression:
        return of_call(node, depth);
      case Kind::await_expression:
        return of(node.at(node.child_count() - 1), depth + 1);  // behind the word itself
      default:
        return {};
    }
  }

  Access of_pattern(const Node& pattern) const { return of_target(pattern, 0); }

 private:
  bool is_free(const Node& node, std::string_view name) const {
    if (!node.is(Kind::identifier) || node.text() != name) return false;
    return !piece_.is_code() || piece_.script.scope().is_free(node);
  }

  static Access make(What what, Route route = Route::input, std::string node = {}) {
    return {what, route, std::move(node)};
  }

  Access of_name(const Node& node, int depth) const {
    if (is_free(node, "$json")) return make(What::json);
    if (piece_.kind == CodeKind::code_all || piece_.kind == CodeKind::function) {
      if (is_free(node, "items")) return make(What::items);
    }
    if ((piece_.kind == CodeKind::code_each && is_free(node, "item")) || is_free(node, "$item"))
      return make(What::item);
    if (piece_.kind == CodeKind::function_item && is_free(node, "item")) return make(What::json);
    if (!piece_.is_code() && piece_.script.size() < 3) return {};
    if (const Node value = piece_.script.scope().value_of(node)) return of(value, depth + 1);
    return of_declared(node, depth);
  }

  /// A name that no plain declaration sets: a parameter, a loop's name, a part of a pattern.
  Access of_declared(const Node& use, int depth) const {
    const js::Binding* binding = piece_.script.scope().binding_of(use);
    if (binding == nullptr || piece_.script.scope().is_written(*binding)) return {};
    const Node declared = piece_.script.node(binding->node);
    const bool shorthand = declared.is(Kind::shorthand_property_identifier_pattern);
    const Access whole = of_target(shorthand ? around_shorthand(declared) : declared, depth);
    return shorthand ? step(whole, declared.text()) : whole;
  }

  static Node around_shorthand(const Node& name) {
    const Node up = name.parent();
    return up.is(Kind::object_assignment_pattern) ? up.parent() : up;
  }

  /// What flows into a pattern or name that stands where something is declared.
  Access of_target(const Node& target, int depth) const {
    if (depth > kMaxDepth) return {};
    const Node up = target.parent();
    switch (up.kind()) {
      case Kind::variable_declarator:
        return up.child(Field::name) == target ? of(up.child(Field::value), depth + 1) : Access{};
      case Kind::for_in_statement:
        return up.child(Field::left) == target && up.operator_text() == "of"
                   ? element(of(up.child(Field::right), depth + 1))
                   : Access{};
      case Kind::assignment_pattern:  // a default: the value itself when there is one
        return up.child(Field::left) == target ? of_target(up, depth + 1) : Access{};
      case Kind::pair_pattern:
        return step(of_target(up.parent(), depth + 1), js::property_name(up).value_or(""));
      case Kind::array_pattern:
        return element(of_target(up, depth + 1));
      case Kind::formal_parameters:
        return of_parameter(up.parent(), position_in(up, target), depth);
      default:
        return js::is_function(up.kind()) && up.child(Field::parameter) == target ? of_parameter(up, 0, depth)
                                                                                  : Access{};
    }
  }

  static Access step(Access from, std::string_view key) {
    if (from.what != What::item || key != "json") return {};
    from.what = What::json;
    return from;
  }

  static std::size_t position_in(const Node& list, const Node& element) {
    std::size_t position = 0;
    for (const Node child : list.children()) {
      if (child == element) break;
      ++position;
    }
    return position;
  }

  Access of_parameter(const Node& function, std::size_t position, int depth) const {
    const Node up = function.parent();
    if (up.is(Kind::arguments)) return of_callback(up, function, position, depth);
    const Node name = up.is(Kind::variable_declarator) ? up.child(Field::name) : function.child(Field::name);
    const js::Binding* binding = name.is(Kind::identifier) ? piece_.script.scope().binding_of(name) : nullptr;
    if (binding == nullptr || piece_.script.scope().is_written(*binding)) return {};
    const std::vector<Node> uses = piece_.script.scope().uses_of(*binding);
    if (uses.size() != 1) return {};
    const Node around = uses.front().parent();
    if (around.is(Kind::arguments)) return of_callback(around, uses.front(), position, depth);
    if (!around.is(Kind::call_expression) || around.child(Field::function) != uses.front()) return {};
    return of(around.child(Field::arguments).at(position), depth + 1);
  }

  /// `list.map(x => ...)`: the parameter that holds an element of the list.
  Access of_callback(const Node& arguments, const Node& function, std::size_t position, int depth) const {
    if (arguments.first_child() != function) return {};
    const Node method = arguments.parent().child(Field::function);
    const std::string name = js::property_name(method).value_or("");
    const bool first = is_one_of(
        name, {"map", "forEach", "filter", "find", "findLast", "some", "every", "flatMap", "findIndex", "sort"});
    const bool second = is_one_of(name, {"reduce", "reduceRight", "sort"});
    if (!(position == 0 && first) && !(position == 1 && second)) return {};
    return element(of(method.child(Field::object), depth + 1));
  }

  static Access element(Access list) {
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

  /// `$('X')`, or a name that stands for it: the node's name.
  std::optional<std::string> node_of(const Node& node) const {
    Node plain = node.unwrapped();
    if (plain.is(Kind::identifier) && piece_.is_code()) {
      if (const Node value = piece_.script.scope().value_of(plain)) plain = value;
    }
    if (plain.is(Kind::call_expression) && is_free(plain.child(Field::function), "$")) {
      return js::string_value(plain.child(Field::arguments).first_child());
    }
    return std::nullopt;
  }

  Access of_member(const Node& node, int depth) const {
    const Node object = node.child(Field::object);
    const std::string name = js::property_name(node).value_or("");
    if (is_free(object, "$input") && name == "item") return make(What::item);
    if (is_free(object, "$node")) return make(What::item, Route::paired, name);
    if (auto other = node_of(object); other && name == "item") return make(What::item, Route::paired, *other);
    Access from = of(object, depth + 1);
    if (from.what == What::item && name == "json") {
      from.what = What::json;
      return from;
    }
    return {};
  }

  Access of_subscript(const Node& node, int depth) const {
    const Node object = node.child(Field::object);
    const Node index = node.child(Field::index);
    if (is_free(object, "$node")) {
      const auto name = js::string_value(index);
      return name ? make(What::item, Route::paired, *name) : Access{};
    }
    const Access from = of(object, depth + 1);
    if (from.what == What::item && js::string_value(index) == "json") return make(What::json, from.route, from.node);
    return js::string_value(index) ? Access{} : element(from);
  }

  Access of_call(const Node& node, int depth) const {
    const Node function = node.child(Field::function);
    if (is_free(function, "$items")) {
      const auto name = js::string_value(node.child(Field::arguments).first_child());
      return name ? make(What::items, Route::direct, *name) : make(What::items);
    }
    if (!function.is(Kind::member_expression)) return {};
    const Node object = function.child(Field::object);
    const std::string name = js::property_name(function).value_or("");
    const std::optional<std::string> other = node_of(object);
    if (other || is_free(object, "$input")) {
      const bool single = is_one_of(name, {"first", "last"});
      if (other && is_one_of(name, {"itemMatching", "pairedItem"})) return make(What::item, Route::paired, *other);
      if (!single && name != "all") return {};
      return make(single ? What::item : What::items, other ? Route::direct : Route::input, other.value_or(""));
    }
    const Access list = of(object, depth + 1);
    if (is_one_of(name, {"at", "find", "findLast", "pop", "shift"})) return element(list);
    if (is_one_of(name, {"filter", "slice", "sort", "reverse", "toSorted", "toReversed"}))
      return list.what == What::items || list.what == What::jsons ? list : Access{};
    if (name == "map" && list.what == What::items) return of_map(node, list, depth);
    return {};
  }

  /// `items.map(i => i.json)` is an array of data; any other mapping is not known.
  Access of_map(const Node& call, Access list, int depth) const {
    const Node function = call.child(Field::arguments).first_child();
    const Node body = function.child(Field::body).unwrapped();
    if (!function.is(Kind::arrow_function) || of(body, depth + 1).what != What::json) return {};
    list.what = What::jsons;
    return list;
  }

  const CodePiece& piece_;
};

}  // namespace

Access classify(const CodePiece& piece, const js::Node& expression) { return Classifier(piece).of(expression); }

Access classify_pattern(const CodePiece& piece, const js::Node& pattern) {
  return Classifier(piece).of_pattern(pattern);
}

}  // namespace kairon::workflow
