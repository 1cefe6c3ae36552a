#include "workflow/items.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/one_of.h"
#include "base/text.h"
#include "js/scope.h"
#include "workflow/access.h"
#include "workflow/ports.h"

namespace kairon::workflow {

namespace {

using js::Field;
using js::Kind;

ItemCount exactly(std::uint32_t number) { return {true, number, number, number > 1}; }
ItemCount anything() { return {true, 0, ItemCount::kMany, false}; }

/// Nodes that give one item for each that comes in, and pair them.
bool one_for_one(const Node& node) {
  return node.type.starts_with("n8n-nodes-base.") &&
         is_one_of(node.short_type(),
                   {"set", "noOp", "sort", "dateTime", "crypto", "markdown", "wait", "renameKeys", "executionData"});
}

/// Nodes that let some of the items through.
bool some_of_them(const Node& node) {
  return node.type.starts_with("n8n-nodes-base.") &&
         is_one_of(node.short_type(), {"if", "switch", "filter", "removeDuplicates", "limit"});
}

/// Item Lists that makes one item of all.
bool joins_item_lists(const Node& node) {
  const std::string_view operation = node.parameters["operation"].string();
  return node.is_base("itemLists") && (operation == "concatenateItems" || operation == "aggregateItems");
}

ItemCount at_most(ItemCount in) {
  in.least = 0;
  return in;
}

/// The piece of a Code node that runs once for all items.
const CodePiece* code_of(const Code& code, const Node& node) {
  for (const CodePiece& piece : code.pieces())
    if (piece.node == &node && piece.kind == CodeKind::code_all) return &piece;
  return nullptr;
}

std::vector<js::Node> returned_by(const CodePiece& piece) {
  std::vector<js::Node> found;
  for (std::uint32_t i = 0; i < piece.script.size(); ++i) {
    const js::Node node = piece.script.node(i);
    if (node.is(Kind::return_statement) && !node.enclosing_function()) found.push_back(node.first_child().unwrapped());
  }
  return found;
}

/// The one value of a name that holds something else than a growing list.
js::Node known_value(const CodePiece& piece, const js::Node& node) {
  const js::Node plain = node.unwrapped();
  if (!plain.is(Kind::identifier)) return plain;
  const js::Node value = piece.script.scope().value_of(plain).unwrapped();
  // A list may still be filled in place.
  const bool fixed = value.is(Kind::object) ||
                     (value.is(Kind::call_expression) && js::property_name(value.child(Field::function)) == "map");
  return fixed ? value : plain;
}

std::optional<ItemCount> count_of(const CodePiece& piece, const js::Node& value, const ItemCount& in) {
  const js::Node plain = known_value(piece, value);
  if (plain.is(Kind::null_literal)) return exactly(0);
  if (plain.is(Kind::object)) return exactly(1);
  if (plain.is(Kind::array)) {
    std::uint32_t number = 0;
    for (const js::Node child : plain.children()) {
      if (child.is(Kind::spread_element)) return std::nullopt;
      ++number;
    }
    return exactly(number);
  }
  const Access access = classify(piece, plain);
  if (access.what == Access::What::items && access.node.empty())
    return plain.is(Kind::call_expression) && js::property_name(plain.child(Field::function)) != "all" ? at_most(in)
                                                                                                       : in;
  if (access.what == Access::What::item) return exactly(1);
  if (!plain.is(Kind::call_expression) || js::property_name(plain.child(Field::function)) != "map") return std::nullopt;
  const js::Node list = plain.child(Field::function).child(Field::object);
  const Access mapped = classify(piece, list);
  if (mapped.what == Access::What::items && mapped.node.empty()) {
    const bool all =
        list.unwrapped().is(Kind::identifier) || js::property_name(list.unwrapped().child(Field::function)) == "all";
    return all ? in : at_most(in);
  }
  // A list in the data is mapped: several items are what that is for.
  return ItemCount{true, 0, ItemCount::kMany, true};
}

}  // namespace

void ItemCount::join(const ItemCount& other) {
  if (!other.reached) return;
  if (!reached) {
    *this = other;
    return;
  }
  least = std::min(least, other.least);
  most = std::max(most, other.most);
  plural = plural || other.plural;
}

Items::Items(const Workflow& workflow, const Code& code)
    : workflow_(workflow), code_(code), outputs_(workflow.nodes().size()), pairings_(workflow.nodes().size()) {
  bool changed = true;
  for (std::size_t round = 0; changed && round < workflow.nodes().size() + 2; ++round) {
    changed = false;
    for (const Node& node : workflow.nodes()) {
      ItemCount next = outputs_[node.index];
      next.join(emitted(node, input(node.index)));
      changed = changed || !(next == outputs_[node.index]);
      outputs_[node.index] = next;
    }
  }
  if (changed) std::fill(outputs_.begin(), outputs_.end(), anything());
  for (const Node& node : workflow.nodes()) pairings_[node.index] = pairing_of(node);
}

bool Items::is_error_output(const Node& node, std::size_t output) const {
  const auto natural = natural_outputs(node);
  return node.on_error == "continueErrorOutput" && (!natural || output >= *natural);
}

ItemCount Items::leaving(NodeIndex node, std::size_t output) const {
  const Node& from = workflow_.nodes()[node];
  if (is_error_output(from, output)) return anything();
  if (!from.is_base("splitInBatches") || from.disabled) return outputs_[node];
  if (output != loop_output(from)) return outputs_[node].plural ? outputs_[node] : anything();
  const json::Value size = from.parameters["batchSize"];
  if (size.is_string()) return anything();
  const auto batch = static_cast<std::uint32_t>(std::clamp(size.number(from.version >= 3 ? 1 : 10), 1.0, 1e4));
  return {true, 1, batch, batch > 1 && outputs_[node].plural};
}

Follows Items::follows(NodeIndex node, std::size_t output) const {
  const Node& from = workflow_.nodes()[node];
  const bool loops = from.is_base("splitInBatches") && !from.disabled;
  if (loops || from.is_trigger() || is_error_output(from, output)) return Follows::nothing;
  // A number that no node gives by itself: where it comes out again, the input decides.
  constexpr std::uint32_t kProbe = 40'001;
  const ItemCount out = emitted(from, {true, kProbe, kProbe, true});
  if (out.most != kProbe) return Follows::nothing;
  return out.least == kProbe ? Follows::exactly : Follows::at_most;
}

ItemCount Items::input(NodeIndex node) const {
  ItemCount count;
  for (const std::size_t index : workflow_.incoming(node)) {
    const Edge& edge = workflow_.edges()[index];
    if (edge.is_main() && edge.from != kNoNode && workflow_.reachable()[edge.from])
      count.join(leaving(edge.from, edge.output));
  }
  return count;
}

ItemCount Items::emitted(const Node& node, const ItemCount& incoming) const {
  const bool single = node.is_base("manualTrigger") || node.is_base("webhook") || node.is_base("scheduleTrigger") ||
                      node.is_base("formTrigger");
  if (single && !node.disabled) return workflow_.root()["pinData"][node.name].present() ? anything() : exactly(1);
  if (node.is_trigger()) return anything();
  ItemCount in = incoming;
  if (!in.reached || node.disabled) return in;
  if (node.json["executeOnce"].boolean())
    return one_for_one(node) ? ItemCount{true, std::min(in.least, 1U), 1, false} : anything();
  if (one_for_one(node)) return in;
  if (some_of_them(node)) {
    const json::Value most = node.parameters["maxItems"];
    if (node.is_base("limit") && !most.is_string()) {
      in.most = std::min(in.most, static_cast<std::uint32_t>(std::clamp(most.number(1), 0.0, 1e4)));
      in.plural = in.plural && in.most > 1;
    }
    return at_most(in);
  }
  if (node.is_base("aggregate") || joins_item_lists(node)) return exactly(1);
  if (node.is_base("splitOut")) return {true, 0, ItemCount::kMany, true};
  if (node.is_base("splitInBatches")) return in;
  return node.is_base("code") ? of_code(node, in) : anything();
}

ItemCount Items::of_code(const Node& node, const ItemCount& in) const {
  if (node.parameters["mode"].string() == "runOnceForEachItem") return at_most(in);
  const CodePiece* piece = code_of(code_, node);
  if (piece == nullptr || piece->script.error()) return anything();
  ItemCount count;
  for (const js::Node& value : returned_by(*piece)) {
    const auto one = count_of(*piece, value, in);
    if (!one) return anything();
    count.join(*one);
  }
  return count.reached ? count : anything();
}

namespace {

/// An object that is written out as a new item: no spread of an old one, no pairedItem.
bool is_new_item(const js::Node& object) {
  if (!object.is(Kind::object)) return false;
  for (const js::Node child : object.children()) {
    if (child.is(Kind::spread_element)) return false;
  }
  return true;
}

/// The calls that fill a list: `const out = []` with nothing but `out.push({ ... })`. None when anything else
/// happens to it, or when something else than a new item is put into it.
std::vector<js::Node> pushes_of(const CodePiece& piece, const js::Node& list) {
  const js::Scope& scope = piece.script.scope();
  const js::Binding* binding = scope.binding_of(list);
  const js::Node initial = scope.value_of(list).unwrapped();
  if (binding == nullptr || !initial.is(Kind::array) || initial.child_count() != 0) return {};
  std::vector<js::Node> calls;
  for (const js::Node& use : scope.uses_of(*binding)) {
    const js::Node up = use.parent();
    if (up.is(Kind::return_statement)) continue;
    const js::Node call = up.parent();
    if (js::property_name(up) != "push" || !call.is(Kind::call_expression) || call.child(Field::function) != up)
      return {};
    for (const js::Node argument : call.child(Field::arguments).children())
      if (!is_new_item(argument.unwrapped())) return {};
    calls.push_back(call);
  }
  return calls;
}

/// An `if` or `continue` decides whether the call is reached.
bool is_conditional(const js::Node& call) {
  const js::Node function = call.enclosing_function();
  for (js::Node up = call.parent(); up && up != function; up = up.parent()) {
    if (up.is(Kind::if_statement) || up.is(Kind::ternary_expression)) return true;
    if (up.is(Kind::for_in_statement) || up.is(Kind::for_statement)) return false;
  }
  return false;
}

/// `items.filter(...).map(new)`, `Object.values(groups).map(new)`, a list that is filled under a condition.
bool selects_items(const CodePiece& piece, const js::Node& value) {
  const js::Node plain = known_value(piece, value);
  if (plain.is(Kind::identifier)) {
    const std::vector<js::Node> calls = pushes_of(piece, plain);
    return calls.size() == 1 && is_conditional(calls.front());
  }
  if (!plain.is(Kind::call_expression) || js::property_name(plain.child(Field::function)) != "map") return false;
  const js::Node list = known_value(piece, plain.child(Field::function).child(Field::object));
  if (!list.is(Kind::call_expression)) return false;
  const js::Node callee = list.child(Field::function);
  if (callee.text() == "Object.values" || callee.text() == "Object.entries" || callee.text() == "Object.keys")
    return classify(piece, list.child(Field::arguments).first_child()).what == Access::What::other;
  const Access from = classify(piece, callee.child(Field::object));
  return js::property_name(callee) == "filter" && from.what == Access::What::items && from.node.empty();
}

/// True when every item that the value can give is written out anew.
bool gives_new_items(const CodePiece& piece, const js::Node& value) {
  const js::Node plain = known_value(piece, value);
  if (plain.is(Kind::object)) return is_new_item(plain);
  if (plain.is(Kind::identifier)) return !pushes_of(piece, plain).empty();
  if (plain.is(Kind::array)) {
    bool all = plain.child_count() > 0;
    for (const js::Node child : plain.children()) all = all && is_new_item(known_value(piece, child));
    return all;
  }
  if (!plain.is(Kind::call_expression) || js::property_name(plain.child(Field::function)) != "map") return false;
  const js::Node function = plain.child(Field::arguments).first_child();
  return function.is(Kind::arrow_function) && is_new_item(function.child(Field::body).unwrapped());
}

}  // namespace

bool Items::regroups(NodeIndex node) const {
  if (pairings_[node] != Pairing::dropped) return false;
  const CodePiece* piece = code_of(code_, workflow_.nodes()[node]);
  const std::vector<js::Node> returned = returned_by(*piece);
  return std::all_of(returned.begin(), returned.end(),
                     [&](const js::Node& value) { return selects_items(*piece, value); });
}

Pairing Items::pairing_of(const Node& node) const {
  if (node.disabled || one_for_one(node) || some_of_them(node) || node.is_base("splitOut") ||
      node.is_base("splitInBatches"))
    return Pairing::kept;
  if (node.is_base("aggregate") || node.is_base("summarize") || joins_item_lists(node)) return Pairing::all;
  if (!node.is_base("code")) return Pairing::unknown;
  if (node.parameters["mode"].string() == "runOnceForEachItem") return Pairing::kept;
  const CodePiece* piece = code_of(code_, node);
  if (piece == nullptr || piece->script.error() || text::contains(piece->script.source(), "pairedItem"))
    return Pairing::unknown;
  const std::vector<js::Node> returned = returned_by(*piece);
  const bool anew = !returned.empty() && std::all_of(returned.begin(), returned.end(), [&](const js::Node& value) {
    return gives_new_items(*piece, value);
  });
  return anew ? Pairing::dropped : Pairing::unknown;
}

}  // namespace kairon::workflow
