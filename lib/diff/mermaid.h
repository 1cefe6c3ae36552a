#pragma once
#include <string>

#include "diff/workflow_diff.h"

namespace kairon::diff {

/// Returns a Mermaid flowchart of a change. Large workflows show the changed nodes, their neighbours and the
/// number of the others, so that the text stays within GitHub's limits. Sticky notes are left out.
[[nodiscard]] std::string mermaid_graph(const WorkflowDiff& workflow);

}  // namespace kairon::diff
