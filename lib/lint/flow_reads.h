#pragma once
#include <string>
#include <vector>

#include "lint/rule.h"
#include "workflow/shapes.h"

namespace kairon::lint {

/// An unguarded read of a top-level field of an item's data that no producer writes.
struct MissingRead {
  const workflow::CodePiece* piece = nullptr;
  js::Node access;
  std::string field;
  std::string source;     ///< the other node's name, "" for the input
  workflow::Shape shape;  ///< what is known to arrive
  bool lost_ctx = false;  ///< `ctx` behind a node that replaces the item

  /// True when what a called workflow gives back decides: this file alone cannot tell (shape.calls).
  [[nodiscard]] bool depends_on_calls() const { return !shape.calls.empty(); }
};

/// Every such read of a workflow. Reads that are guarded (`?.`, `??`, `||`, `&&`, `? :`, `in`, typeof,
/// comparison with null or undefined, an `if` on the same path, try,
/// exists/empty operators of filters) are none.
[[nodiscard]] std::vector<MissingRead> missing_reads(const WorkflowInput& input);

}  // namespace kairon::lint
