#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "workflow/code.h"
#include "workflow/upgrade_repair.h"

namespace kairon::workflow {

/// Collects the rewrites of one file; the functions below add to it what they can rewrite exactly.
class Rewriter {
 public:
  Rewriter(const Workflow& workflow, const Callers& callers);

  [[nodiscard]] const Workflow& workflow() const { return workflow_; }
  [[nodiscard]] const Code& code() const { return code_; }
  [[nodiscard]] const Callers& callers() const { return callers_; }

  void add(std::string_view node, std::string what, std::vector<Repair> edits);
  /// Gives a node another type, version and parameters (JSON text).
  void become(const Node& node, std::string_view type, std::string_view version, std::string parameters);
  [[nodiscard]] std::vector<Rewrite> take() { return std::move(out_); }

  /// True when code or an expression names the node.
  [[nodiscard]] bool is_named(const Node& node) const;
  /// True when a later node may see the fields of the items that the node emits.
  [[nodiscard]] bool is_read(const Node& node) const;
  /// The parsed code of a node's parameter; null when there is none, or JavaScript does not accept it.
  [[nodiscard]] const CodePiece* code_of(const Node& node, std::string_view parameter) const;

 private:
  [[nodiscard]] bool reads_items(const Node& node) const;

  const Workflow& workflow_;
  const Callers& callers_;
  Code code_;
  std::vector<Rewrite> out_;
};

/// An edit that replaces a value.
[[nodiscard]] Repair replaced(const json::Value& value, std::string text);
/// An edit that takes a member or an element out, together with the comma that it no longer needs.
[[nodiscard]] Repair removed(const json::Value& owner, const json::Value& child);
/// An edit that adds members ("\"a\": 1") at the beginning of an object.
[[nodiscard]] Repair added(const json::Value& object, std::string members);
/// A name that no node of the workflow has yet.
[[nodiscard]] std::string free_name(const Workflow& workflow, const std::string& wanted);
/// The text as a JSON string.
[[nodiscard]] std::string json_string(std::string_view text);

void rewrite_start(Rewriter& out, const Node& node);
/// Adds an Execute Workflow Trigger to a called workflow that starts at this manual trigger.
void rewrite_manual_trigger(Rewriter& out, const Node& node);
void rewrite_python(Rewriter& out, const Node& node);
void rewrite_interval(Rewriter& out, const Node& node);
void rewrite_cron(Rewriter& out, const Node& node);
void rewrite_function(Rewriter& out, const Node& node);
void rewrite_function_item(Rewriter& out, const Node& node);
void rewrite_item_lists(Rewriter& out, const Node& node);
void rewrite_call_each(Rewriter& out, const Node& node);

}  // namespace kairon::workflow
