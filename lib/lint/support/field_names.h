#pragma once
#include <vector>

#include "lint/support/flow_reads.h"

namespace kairon::lint {

/// Parameters that name a field of the input (Split Out, Aggregate, Sort, Remove Duplicates, Merge by field,
/// Compare Datasets, Summarize) where no producer writes that field.
[[nodiscard]] std::vector<MissingName> missing_names(const workflow::Workflow& workflow,
                                                     const workflow::Shapes& shapes);

}  // namespace kairon::lint
