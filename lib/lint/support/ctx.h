#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lint/rule.h"
#include "workflow/code.h"

namespace kairon::lint {

/// What the ctx rules share. ctx is the object that carries an event through a workflow:
/// `item.json.ctx.{event, llm, ...}`.

/// Which nodes of a workflow read or make ctx.
class CtxUse {
 public:
  explicit CtxUse(const WorkflowInput& input);
  /// True when ctx is there at that node: it, or a node before it, reads or makes it. In a workflow
  /// without ctx never.
  [[nodiscard]] bool exists_at(const workflow::Node& node) const;

 private:
  const workflow::Workflow& workflow_;
  std::vector<workflow::NodeIndex> users_;
};

/// Nodes whose output is their own and not the item that came in: queries, requests, messages,
/// models, triggers other than a sub-workflow's. A field of theirs is never part of ctx.
[[nodiscard]] bool replaces_item(const workflow::Node& node);

/// True when what comes into the node was made by a node that replaces the item, seen through nodes
/// that only pass items on (If, Switch, Merge ...).
[[nodiscard]] bool fed_by_replacing_node(const workflow::Workflow& workflow, const workflow::Node& node);

/// True when the node's output goes into a call of another workflow, seen through nodes that only
/// pass items on.
[[nodiscard]] bool feeds_call(const workflow::Workflow& workflow, const workflow::Node& node);

/// True when a piece reads or makes something named ctx.
[[nodiscard]] bool mentions_ctx(const workflow::CodePiece& piece);

/// A read of a field of an item's data that is not `ctx`.
struct FlatRead {
  js::Node access;
  std::string field;
  std::string node;  ///< the other node's name, "" for the node's own input
};

/// Where the data comes from that a flat read looks at.
enum class FlatRoute { input, paired };

/// Reads like `$json.F` (input) or `$('X').item.json.F` (paired), F other than ctx. None when the
/// piece mentions ctx too: then the flat field is a fallback.
[[nodiscard]] std::vector<FlatRead> flat_reads(const workflow::CodePiece& piece, FlatRoute route);

/// The names a Set node assigns, in all its versions: `ctx.event.event_id`.
[[nodiscard]] std::vector<json::Value> assigned_names(const workflow::Node& set);
/// True when a Set node gives only what it assigns, by its version's own parameter.
[[nodiscard]] bool drops_other_fields(const workflow::Node& set);

/// The object literals that Code puts under a key `ctx`, names that are set once followed.
[[nodiscard]] std::vector<js::Node> ctx_objects(const workflow::CodePiece& piece);

/// Returns the value of an expression; follows parentheses and names that are set once.
[[nodiscard]] js::Node resolved(const workflow::CodePiece& piece, js::Node value);
/// The key of an object's member: pair, shorthand or method; nothing when computed or a spread.
[[nodiscard]] std::optional<std::string> member_key(const js::Node& member);
/// The value of a member of an object literal, resolved; absent when there is none.
[[nodiscard]] js::Node member_value(const workflow::CodePiece& piece, const js::Node& object, std::string_view key);

}  // namespace kairon::lint
