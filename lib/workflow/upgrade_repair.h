#pragma once
#include <vector>

#include "workflow/repair.h"

namespace kairon::workflow {

/// Exact rewrites that an upgrade from one major version of n8n to another asks for: a node keeps its name, id and
/// position, so that connections and references hold. What cannot be rewritten exactly is left alone. In file order,
/// not overlapping each other.
[[nodiscard]] std::vector<Repair> upgrade_repairs(const Workflow& workflow, int from, int to);

}  // namespace kairon::workflow
