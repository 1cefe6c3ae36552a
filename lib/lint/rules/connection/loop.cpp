#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "base/format.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "workflow/items.h"
#include "workflow/loops.h"
#include "workflow/ports.h"
#include "workflow/workflow.h"

namespace kairon::lint {
namespace connection_loop {
namespace {

using workflow::done_output;
using workflow::Edge;
using workflow::kNoNode;
using workflow::Node;
using workflow::NodeIndex;
using workflow::reached_from;
using workflow::reached_without;
using workflow::Workflow;

bool is_loop(const Node& node) { return node.is_base("splitInBatches") && !node.disabled; }

/// Nodes that hand every item on by their only output, whatever it is.
bool always_passes(const Node& node) {
  if (node.disabled) return true;
  return node.is_base("set") || node.is_base("noOp") || node.is_base("dateTime") || node.is_base("crypto") ||
         node.is_base("wait");
}

/// True when whatever enters `node` comes back to `loop` for certain: along nodes that pass everything on,
/// and through an If or Filter only where every output leads back.
class Returning {
 public:
  Returning(const Workflow& flow, NodeIndex loop) : flow_(flow), loop_(loop), state_(flow.nodes().size(), 0) {}

  bool from_output(NodeIndex node, std::size_t output) {
    for (const std::size_t index : flow_.outgoing(node)) {
      const Edge& edge = flow_.edges()[index];
      if (edge.is_main() && edge.output == output && edge.to != kNoNode && certain(edge.to)) return true;
    }
    return false;
  }

 private:
  bool certain(NodeIndex node) {
    if (node == loop_) return true;
    if (state_[node] != 0) return state_[node] == 2;
    state_[node] = 1;  // being looked at: a circle without the loop node gives nothing
    const Node& its = flow_.nodes()[node];
    const bool back =
        always_passes(its) ? from_output(node, 0) : its.is_base("if") && from_output(node, 0) && from_output(node, 1);
    state_[node] = back ? 2 : 1;
    return back;
  }

  const Workflow& flow_;
  NodeIndex loop_;
  std::vector<int> state_;
};

bool comes_back(const Workflow& flow, const Node& node) {
  const std::size_t output = workflow::loop_output(node);
  for (const std::size_t index : flow.outgoing(node.index)) {
    const Edge& edge = flow.edges()[index];
    if (!edge.is_main() || edge.output != output || edge.to == kNoNode) continue;
    if (edge.to == node.index || flow.is_ancestor(edge.to, node.index)) return true;
  }
  return false;
}

bool always_resets(const Node& loop) {
  const json::Value reset = loop.parameters["options"]["reset"];
  return reset.is_boolean() && reset.boolean();
}

/// Nodes that are made to let some items through and others not, or that may give none by what they are for.
bool chooses_items(const Node& node, const workflow::Items& items) {
  if (node.disabled) return false;
  if (node.is_base("code")) return items.output(node.index).least == 0;
  constexpr auto kChoosing = std::to_array<std::string_view>(
      {"if", "switch", "filter", "limit", "removeDuplicates", "splitOut", "itemLists", "compareDatasets", "merge",
       "function", "functionItem", "splitInBatches", "stopAndError", "postgres", "mySql"});
  return !node.is_core() || std::ranges::find(kChoosing, node.short_type()) != kChoosing.end();
}

/// A way from the loop's output back to it on which no node is made to end it.
bool comes_back_unchosen(const Workflow& flow, const workflow::Items& items, const Node& loop) {
  std::vector<bool> seen(flow.nodes().size(), false);
  std::vector<NodeIndex> open = {loop.index};
  while (!open.empty()) {
    const NodeIndex from = open.back();
    open.pop_back();
    for (const std::size_t index : flow.outgoing(from)) {
      const Edge& edge = flow.edges()[index];
      const std::size_t output = from == loop.index ? workflow::loop_output(loop) : 0;
      if (!edge.is_main() || edge.to == kNoNode || edge.output != output) continue;
      if (edge.to == loop.index) return true;
      if (seen[edge.to] || chooses_items(flow.nodes()[edge.to], items)) continue;
      seen[edge.to] = true;
      open.push_back(edge.to);
    }
  }
  return false;
}

void check_endless(const Workflow& flow, const workflow::Items& items, const Node& loop, Reporter& report) {
  Returning returning(flow, loop.index);
  if (always_resets(loop) && returning.from_output(loop.index, workflow::loop_output(loop))) {
    report.at(loop.parameters["options"]["reset"].key_value(), &loop,
              kairon::format("'{}' starts anew each time its own loop comes back to it: it never ends", loop.name),
              "delete the option, or give it an expression that is true only for new items", Severity::error);
  } else if (always_resets(loop) && comes_back_unchosen(flow, items, loop)) {
    report.at(
        loop.parameters["options"]["reset"].key_value(), &loop,
        kairon::format("'{}' starts anew each time its own loop comes back to it: it ends only when a round gives "
                       "no item, and its done output never fires",
                       loop.name),
        "delete the option, or give it an expression that is true only for new items");
  }
  if (loop.version >= 2 && returning.from_output(loop.index, done_output(loop))) {
    report.at(
        loop.json["name"], &loop,
        kairon::format("the done output ({}) of '{}' leads back to it: it never ends", done_output(loop), loop.name),
        "lead the done output to what follows the loop", Severity::error);
  }
}

/// A loop in the body of another one: it remembers that it has finished, and the second batch of the outer
/// loop goes straight to its done output.
void check_nested(const Workflow& flow, const Node& outer, const Node& inner, Reporter& report) {
  if (&outer == &inner || inner.version < 2 || inner.parameters["options"]["reset"].present()) return;
  const auto body = reached_from(flow, outer.index, workflow::loop_output(outer), outer.index);
  if (!body[inner.index]) return;
  const auto after_inner = reached_from(flow, inner.index, done_output(inner), inner.index);
  const auto inner_body = reached_from(flow, inner.index, workflow::loop_output(inner), inner.index);
  if (!after_inner[outer.index] || !inner_body[inner.index] || inner_body[outer.index]) return;
  report.at(inner.json["name"], &inner,
            kairon::format("'{}' loops inside '{}' without a reset: it runs for the first batch only", inner.name,
                           outer.name),
            kairon::format("set its option reset to ={{{{ $node[\"{}\"].context[\"done\"] }}}}", inner.name));
}

/// A circle of nodes that hand everything on, without a node that could end it.
void check_circles(const Workflow& flow, Reporter& report) {
  constexpr std::size_t kMostCircles = 20;
  std::vector<bool> told(flow.nodes().size(), false);
  std::size_t tried = 0;
  for (const Node& node : flow.nodes()) {
    if (told[node.index] || !always_passes(node) || !flow.reachable()[node.index]) continue;
    if (!flow.is_ancestor(node.index, node.index)) continue;
    if (++tried > kMostCircles) return;
    Returning returning(flow, node.index);
    if (!returning.from_output(node.index, 0)) continue;
    for (const Node& other : flow.nodes())
      if (flow.is_ancestor(node.index, other.index) && flow.is_ancestor(other.index, node.index))
        told[other.index] = true;
    report.at(node.json["name"], &node,
              kairon::format("what leaves '{}' always comes back to it: the run never ends", node.name),
              "lead the circle through an If that ends it, or use Loop Over Items", Severity::error);
  }
}

/// The body of a loop ends at the loop around it: the inner one gets one batch of each list.
void check_wrong_return(const Workflow& flow, const Node& outer, const Node& inner, Reporter& report) {
  if (&outer == &inner || inner.version < 2 || outer.version < 2) return;
  const auto body = reached_from(flow, outer.index, workflow::loop_output(outer), outer.index);
  if (!body[inner.index]) return;
  const auto around = reached_from(flow, inner.index, workflow::loop_output(inner), outer.index);
  if (around[inner.index] || !around[outer.index] || reached_without(flow, outer.index)[inner.index]) return;
  report.at(inner.json["name"], &inner,
            kairon::format("the loop of '{}' comes back to '{}', the loop around it, and not to '{}': it hands out one "
                           "batch only",
                           inner.name, outer.name, inner.name),
            kairon::format("connect the end of its loop with '{}'", inner.name));
}

/// A node that every way back goes through and that may let no item through.
void check_gaps(const Workflow& flow, const workflow::Items& items, const Node& loop, Reporter& report) {
  constexpr std::size_t kMostGates = 20;
  std::size_t tried = 0;
  const auto body = reached_from(flow, loop.index, workflow::loop_output(loop), loop.index);
  for (const Node& gate : flow.nodes()) {
    if (!body[gate.index] || gate.disabled || gate.json["alwaysOutputData"].boolean()) continue;
    // Of several items one passes as a rule; a single one that does not is the end.
    if (!flow.is_ancestor(gate.index, loop.index) || items.input(gate.index).most > 1) continue;
    std::size_t wired = 0;
    for (const std::size_t index : flow.outgoing(gate.index)) {
      const Edge& edge = flow.edges()[index];
      if (edge.is_main() && edge.to != kNoNode) wired |= std::size_t{1} << std::min<std::size_t>(edge.output, 8);
    }
    const bool half = gate.is_base("if") && (wired == 1 || wired == 2);
    if ((!half && !gate.is_base("filter")) || ++tried > kMostGates) continue;
    if (reached_from(flow, loop.index, workflow::loop_output(loop), gate.index)[loop.index]) continue;
    report.at(
        gate.json["name"], &gate,
        kairon::format("when '{}' lets no item through, the loop of '{}' ends there: the batches after it and its "
                       "done output are skipped",
                       gate.name, loop.name),
        half ? "lead the other output back to the loop as well"
             : "switch on Always Output Data, or use an If of which both outputs lead back");
  }
}

void check_connection_loop(const WorkflowInput& input, Reporter& report) {
  const Workflow& flow = input.workflow;
  check_circles(flow, report);
  // Every loop is followed, and pairs of them: bounded, so that a file of a thousand loops costs no second.
  constexpr std::size_t kMostLoops = 40;
  std::vector<const Node*> loops;
  for (const Node& node : flow.nodes()) {
    if (is_loop(node) && flow.reachable()[node.index]) loops.push_back(&node);
  }
  std::optional<workflow::Items> items;
  for (const Node* loop : loops) {
    if (comes_back(flow, *loop)) {
      if (!items) items.emplace(flow, input.code);
      check_endless(flow, *items, *loop, report);
      if (loops.size() > kMostLoops) continue;
      check_gaps(flow, *items, *loop, report);
      continue;
    }
    report.at(loop->json["name"], loop,
              kairon::format("the loop output ({}) of '{}' never leads back to it: only the first batch is processed",
                             workflow::loop_output(*loop), loop->name),
              "connect the end of the loop with the input of this node");
  }
  if (loops.size() > kMostLoops) return;
  for (const Node* outer : loops)
    for (const Node* inner : loops) {
      check_nested(flow, *outer, *inner, report);
      check_wrong_return(flow, *outer, *inner, report);
    }
}

}  // namespace

}  // namespace connection_loop

extern const WorkflowRule kConnectionLoop = {
    {"connection/loop", Severity::warning, Scope::always,
     "builds a loop that never comes back, may end early or runs once inside another, or that never ends (error)",
     "Loop Over Items (splitInBatches) hands out one batch each time it is entered. When its loop output does not lead "
     "back, the first batch is processed and the others are dropped silently. With the option reset set to true it "
     "starts anew on every round, and a done output that feeds the node starts it again: neither ends. An inner loop "
     "remembers across the rounds of an outer one that it has finished. v1 has one output; v2 has loop, done; v3 has "
     "done, loop.",
     "Lead the last node of the loop back to the splitInBatches node, and what follows from its done output."},
    connection_loop::check_connection_loop};

}  // namespace kairon::lint
