#pragma once
#include <cstddef>
#include <vector>

#include "workflow/workflow.h"

namespace kairon::workflow {

/// The done output of a Loop Over Items node (from version 2 on).
[[nodiscard]] std::size_t done_output(const Node& loop);

/// Nodes that main edges reach from one output of `from`, without going through `not_through`.
[[nodiscard]] std::vector<bool> reached_from(const Workflow& flow, NodeIndex from, std::size_t output,
                                             NodeIndex not_through);
/// Nodes that triggers reach without going through `without`.
[[nodiscard]] std::vector<bool> reached_without(const Workflow& flow, NodeIndex without);

/// How data comes to a Loop Over Items node: an edge may do both.
struct LoopEdges {
  std::vector<std::size_t> entering;   ///< a list that is to be looped over
  std::vector<std::size_t> returning;  ///< what a round of the loop gives back
  bool is_entered_again = false;       ///< by what comes after it: a list may go straight to its done output
};

[[nodiscard]] LoopEdges loop_edges(const Workflow& flow, const Node& loop);

}  // namespace kairon::workflow
