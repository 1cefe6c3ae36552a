#include "workflow/access.h"

#include <algorithm>
#include <array>
#include <optional>

#include "js/scope.h"

namespace kairon::workflow {

namespace {

using js::Field;
using js::Kind;
using js::Node;
using What = Access::What;
using Route = Access::Route;

constexpr int kMaxDepth = 12;

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

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
        return of(node.first_child(), depth + 1);
      default:
        return {};
    }
  }

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
    return of_parameter(node, depth);
  }

  /// `items.map(item => ...)`, `for (const item of items)`.
  Access of_parameter(const Node& use, int depth) const {
    const js::Binding* binding = piece_.script.scope().binding_of(use);
    if (binding == nullptr) return {};
    const Node declared = piece_.script.node(binding->node);
    for (Node up = declared.parent(); up; up = up.parent()) {
      if (up.is(Kind::for_in_statement)) {
        const bool whole = up.child(Field::left) == declared;
        return whole && up.operator_text() == "of" ? element(of(up.child(Field::right), depth + 1)) : Access{};
      }
      if (js::is_function(up.kind())) return whole_parameter(up, declared) ? of_callback(up, depth) : Access{};
    }
    return {};
  }

  static bool whole_parameter(const Node& function, const Node& declared) {
    if (function.child(Field::parameter) == declared) return true;
    return function.child(Field::parameters).first_child() == declared;
  }

  Access of_callback(const Node& function, int depth) const {
    const Node call = function.parent().parent();
    if (!function.parent().is(Kind::arguments) || function.parent().first_child() != function) return {};
    const Node method = call.child(Field::function);
    const std::optional<std::string> name = js::property_name(method);
    if (!name || !is_one_of(*name, {"map", "forEach", "filter", "find", "some", "every", "flatMap", "findIndex"}))
      return {};
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

  /// `$('X')` or `$node["X"]`: the name.
  std::optional<std::string> node_of(const Node& node) const {
    const Node plain = node.unwrapped();
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
    if (is_one_of(name, {"at", "find", "pop", "shift"})) return element(list);
    if (is_one_of(name, {"filter", "slice", "sort", "reverse", "concat"}))
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

}  // namespace kairon::workflow
