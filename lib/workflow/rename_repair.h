#pragma once
#include <vector>

#include "workflow/repair.h"

namespace kairon::workflow {

/// Repairs what a renamed node left behind: a node of `workflow` that has the id of a node of `before`, but another
/// name, takes its connections and the references to it along, in code and in expressions. A name that some other node
/// bears now is left alone, and so are connections whose new key is there already. In file order, not overlapping.
[[nodiscard]] std::vector<Repair> rename_repairs(const Workflow& workflow, const Workflow& before);

}  // namespace kairon::workflow
