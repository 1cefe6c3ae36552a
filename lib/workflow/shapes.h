#pragma once
#include <map>
#include <optional>
#include <vector>

#include "workflow/access.h"
#include "workflow/code.h"
#include "workflow/loops.h"
#include "workflow/surroundings.h"
#include "workflow/value.h"
#include "workflow/workflow.h"

namespace kairon::workflow {

/// A small abstract interpreter over the graph: the shape that each node emits, joined over branches
/// and loops until nothing changes. Unknown is open, and an open shape lacks nothing, so that what is
/// not understood is never an error.
class Shapes {
 public:
  /// `surroundings` is kept; null: only this file tells.
  Shapes(const Workflow& workflow, const Code& code, const Surroundings* surroundings = nullptr);
  /// What a node's `$json` can hold: the union over everything that feeds it (for a sub-node: over
  /// everything that feeds the roots it serves).
  [[nodiscard]] Shape input(NodeIndex node) const;
  /// What a node emits.
  [[nodiscard]] const Shape& output(NodeIndex node) const { return outputs_[node]; }
  /// What leaves a node at one `main` output: loops and error outputs give something else at each.
  [[nodiscard]] Shape leaving(NodeIndex node, std::size_t output) const;
  /// What the workflow gives back to one that calls it: the union over the nodes at which a run from
  /// the executeWorkflowTrigger can end. Not `reached` when it has no such trigger.
  [[nodiscard]] Shape result() const;
  /// How many fields were carried along edges until nothing changed, or the analysis gave up: its cost.
  [[nodiscard]] std::size_t work() const { return work_; }
  /// The shape that an access (`$json`, `$('X').first().json`) of a piece stands for. Valid until the next call.
  [[nodiscard]] const Shape& of(const CodePiece& piece, const Access& access) const;

 private:
  friend class CodeShape;
  [[nodiscard]] Shape emitted(const Node& node) const;
  [[nodiscard]] Shape emitted_by_type(const Node& node) const;
  [[nodiscard]] Shape set_node(const Node& node, const Shape& input) const;
  [[nodiscard]] Shape postgres(const Node& node) const;
  [[nodiscard]] std::optional<std::vector<ResultColumn>> columns_of(const Node& node) const;
  [[nodiscard]] bool has_large_texts(const Node& node) const;
  [[nodiscard]] Shape with_results(Shape shape) const;
  [[nodiscard]] const Shape& postgres_once(const Node& node) const;
  [[nodiscard]] Shape code_node(const Node& node) const;
  [[nodiscard]] Shape main_input(NodeIndex node) const;
  [[nodiscard]] Shape side_input(NodeIndex node, std::size_t side) const;
  void find_loops();
  [[nodiscard]] bool join_loop(const Node& node);
  [[nodiscard]] bool may_end_at(const Node& node) const;

  const Workflow& workflow_;
  const Code& code_;
  const Surroundings* surroundings_;
  std::size_t work_ = 0;
  bool asks_for_numbers_ = false;  ///< some Postgres node gives bigint and numeric as numbers
  std::vector<Shape> outputs_;
  /// What each output of a loop gives: batches of the list that entered, and what the rounds gave back.
  struct Loop {
    LoopEdges edges;
    Shape batch;
    Shape done;
  };
  std::map<NodeIndex, Loop> loops_;
  /// What enters a node: thousands of expressions of one node ask for it.
  mutable std::map<NodeIndex, Shape> inputs_;
  bool settled_ = false;  ///< nothing changes any more
  /// What the SQL of Postgres nodes gives: it does not depend on what flows in.
  mutable std::map<NodeIndex, Shape> results_;
};

}  // namespace kairon::workflow
