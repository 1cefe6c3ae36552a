#include "lint/support/ctx.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "js/scope.h"
#include "workflow/access.h"

namespace kairon::lint {

namespace {

using js::Field;
using js::Kind;
using workflow::Access;
using workflow::CodePiece;
using workflow::NodeIndex;

constexpr int kMaxDepth = 8;

bool is_ctx_name(std::string_view name) { return name == "ctx" || name.starts_with("ctx."); }

bool passes_on(const workflow::Node& node) {
  for (const std::string_view type : {"if", "switch", "filter", "merge", "noOp", "wait", "limit", "sort",
                                      "splitInBatches", "removeDuplicates", "stopAndError"}) {
    if (node.is_base(type)) return true;
  }
  return node.disabled;
}

enum class Side { before, after };

/// True when `fits` holds for a node directly before or after, seen through nodes that pass on.
bool any_neighbour(const workflow::Workflow& workflow, const workflow::Node& node, Side side,
                   bool (*fits)(const workflow::Node&)) {
  std::vector<NodeIndex> open = {node.index};
  std::vector<bool> seen(workflow.nodes().size());
  while (!open.empty()) {
    const NodeIndex at = open.back();
    open.pop_back();
    for (const std::size_t index : side == Side::before ? workflow.incoming(at) : workflow.outgoing(at)) {
      const workflow::Edge& edge = workflow.edges()[index];
      const NodeIndex next = side == Side::before ? edge.from : edge.to;
      if (!edge.is_main() || next == workflow::kNoNode || seen[next]) continue;
      seen[next] = true;
      const workflow::Node& other = workflow.nodes()[next];
      if (fits(other)) return true;
      if (passes_on(other)) open.push_back(next);
    }
  }
  return false;
}

}  // namespace

CtxUse::CtxUse(const WorkflowInput& input) : workflow_(input.workflow) {
  std::set<NodeIndex> users;
  for (const CodePiece& piece : input.code.pieces()) {
    if (!users.contains(piece.node->index) && mentions_ctx(piece)) users.insert(piece.node->index);
  }
  for (const workflow::Node& node : workflow_.nodes()) {
    if (node.is_sticky_note()) continue;
    const auto names = assigned_names(node);
    if (std::any_of(names.begin(), names.end(), [](const json::Value& name) { return is_ctx_name(name.string()); }))
      users.insert(node.index);
  }
  users_.assign(users.begin(), users.end());
}

bool CtxUse::exists_at(const workflow::Node& node) const {
  return std::any_of(users_.begin(), users_.end(),
                     [&](NodeIndex user) { return user == node.index || workflow_.is_ancestor(user, node.index); });
}

bool replaces_item(const workflow::Node& node) {
  if (passes_on(node) || node.is_base("executeWorkflowTrigger")) return false;
  for (const std::string_view type : {"code", "set", "function", "functionItem", "executeWorkflow"}) {
    if (node.is_base(type)) return false;
  }
  return true;
}

bool fed_by_replacing_node(const workflow::Workflow& workflow, const workflow::Node& node) {
  return any_neighbour(workflow, node, Side::before, replaces_item);
}

bool feeds_call(const workflow::Workflow& workflow, const workflow::Node& node) {
  return any_neighbour(workflow, node, Side::after,
                       [](const workflow::Node& other) { return other.is_base("executeWorkflow"); });
}

bool mentions_ctx(const CodePiece& piece) {
  if (!text::contains(piece.script.source(), "ctx")) return false;
  for (std::uint32_t i = 0; i < piece.script.size(); ++i) {
    const js::Node node = piece.script.node(i);
    const bool named = node.is(Kind::member_expression) || node.is(Kind::subscript_expression) || node.is(Kind::pair) ||
                       node.is(Kind::pair_pattern);
    const bool shorthand =
        node.is(Kind::shorthand_property_identifier) || node.is(Kind::shorthand_property_identifier_pattern);
    if ((named && js::property_name(node) == "ctx") || (shorthand && node.text() == "ctx")) return true;
  }
  return false;
}

std::vector<FlatRead> flat_reads(const CodePiece& piece, FlatRoute route) {
  std::vector<FlatRead> reads;
  if (piece.script.error() || mentions_ctx(piece)) return reads;
  const Access::Route wanted = route == FlatRoute::input ? Access::Route::input : Access::Route::paired;
  for (std::uint32_t i = 0; i < piece.script.size(); ++i) {
    const js::Node node = piece.script.node(i);
    if (!node.is(Kind::member_expression) && !node.is(Kind::subscript_expression)) continue;
    const auto field = js::property_name(node);
    if (!field) continue;
    const Access access = workflow::classify(piece, node.child(Field::object));
    if (access.what == Access::What::json && access.route == wanted) reads.push_back({node, *field, access.node});
  }
  return reads;
}

std::vector<json::Value> assigned_names(const workflow::Node& set) {
  std::vector<json::Value> names;
  if (!set.is_base("set")) return names;
  const json::Value& parameters = set.parameters;
  for (const json::Value one : parameters["assignments"]["assignments"]) names.push_back(one["name"]);
  for (const json::Value one : parameters["fields"]["values"]) names.push_back(one["name"]);
  if (set.version < 3) {
    for (const json::Value list : parameters["values"])
      for (const json::Value one : list) names.push_back(one["name"]);
  }
  return names;
}

bool drops_other_fields(const workflow::Node& set) {
  if (set.version < 3) return set.parameters["keepOnlySet"].boolean();
  // 3.0 to 3.2 have a choice `include`, "all" unless set (n8n-nodes-base Set v2).
  if (set.version < 3.3) return set.parameters["include"].string() == "none";
  const json::Value include = set.parameters["includeOtherFields"];
  return !include.is_string() && !include.boolean();
}

js::Node resolved(const CodePiece& piece, js::Node value) {
  for (int depth = 0; depth < kMaxDepth; ++depth) {
    value = value.unwrapped();
    const bool name = value.is(Kind::identifier) || value.is(Kind::shorthand_property_identifier);
    const js::Node set = name ? piece.script.scope().value_of(value) : js::Node();
    if (!set) return value;
    value = set;
  }
  return value;
}

std::optional<std::string> member_key(const js::Node& member) {
  if (member.is(Kind::shorthand_property_identifier)) return std::string(member.text());
  if (member.is(Kind::pair) || member.is(Kind::method_definition)) return js::property_name(member);
  return std::nullopt;
}

js::Node member_value(const CodePiece& piece, const js::Node& object, std::string_view key) {
  js::Node found;
  for (const js::Node member : object.children()) {
    if (member_key(member) != key) continue;
    found = member.is(Kind::pair) ? resolved(piece, member.child(Field::value)) : resolved(piece, member);
  }
  return found;
}

std::vector<js::Node> ctx_objects(const CodePiece& piece) {
  std::vector<js::Node> objects;
  if (piece.script.error() || !text::contains(piece.script.source(), "ctx")) return objects;
  for (std::uint32_t i = 0; i < piece.script.size(); ++i) {
    const js::Node node = piece.script.node(i);
    if (!node.is(Kind::object)) continue;
    const js::Node value = member_value(piece, node, "ctx");
    const bool known = std::find(objects.begin(), objects.end(), value) != objects.end();
    if (value.is(Kind::object) && !known) objects.push_back(value);
  }
  return objects;
}

}  // namespace kairon::lint
