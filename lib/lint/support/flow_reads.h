#pragma once
#include <memory>
#include <string>
#include <vector>

#include "lint/rule.h"
#include "workflow/shapes.h"

namespace kairon::lint {

/// An unguarded read of a field of an item's data, or of an object in it, that no producer writes.
struct MissingRead {
  const workflow::CodePiece* piece = nullptr;
  js::Node access;
  std::string field;
  std::string inside;     ///< the object that lacks it, as it is written ("event"), "" for the item's data itself
  std::string source;     ///< the other node's name, "" for the input
  workflow::Shape shape;  ///< what is known to arrive, or to be in that object
  bool lost_ctx = false;  ///< `ctx` after a node that replaces the item
  workflow::Kinds kinds = workflow::kAnyKind;  ///< of `inside`, where it is not an object
  bool asked = false;                          ///< a condition asks whether it is there (exists, empty)

  /// True when the result of a called workflow decides, which this file alone does not show (shape.calls).
  [[nodiscard]] bool depends_on_calls() const { return !shape.calls.empty(); }
};

/// A parameter that names a field which no producer of the node's input writes.
struct MissingName {
  const workflow::Node* node = nullptr;
  json::Value where;
  std::string field;
  std::string effect;  ///< what the node does without it
  workflow::Shape shape;
};

/// What the flow analysis of one workflow says.
struct FlowFacts {
  std::vector<MissingRead> missing;
  std::vector<MissingName> names;
  workflow::Shape result;                          ///< what the workflow gives back to a caller
  std::shared_ptr<const workflow::Shapes> shapes;  ///< what every node emits
  std::size_t work = 0;                            ///< CodeShape::work() over all reads: the cost of the search
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
