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
  bool asked = false;     ///< a condition asks whether it is there (exists, empty)

  /// True when what a called workflow gives back decides: this file alone cannot tell (shape.calls).
  [[nodiscard]] bool depends_on_calls() const { return !shape.calls.empty(); }
};

/// What the flow analysis of one workflow says.
struct FlowFacts {
  std::vector<MissingRead> missing;
  workflow::Shape result;  ///< what the workflow gives back to a caller
};

/// True where the author counts on a value that may be absent: `?.`, `??`, `||`, `&&`, `? :`, `in`,
/// typeof, comparison with null or undefined, an `if` on the same path, try, or a name that is set to
/// it and then used in such places only.
[[nodiscard]] bool is_guarded_read(const js::Script& script, const js::Node& read);

/// Every such read of a workflow. Guarded reads are none.
[[nodiscard]] FlowFacts flow_facts(const WorkflowInput& input);

/// The finding's text for one read.
[[nodiscard]] std::string missing_read_message(const MissingRead& read);

}  // namespace kairon::lint
