#pragma once
#include <optional>
#include <string>
#include <vector>

#include "lint/support/calls.h"
#include "workflow/surroundings.h"

namespace kairon::lint {

/// The known values of a result, as facts keep them.
[[nodiscard]] std::vector<workflow::ValueFact> values_of(const workflow::Shape& result);

/// Returns what the workflows that a file calls give back, where something is known of their values. Says nothing of
/// one that is not in the tree, is not the only one of its name, or whose own calls are not known.
[[nodiscard]] workflow::Surroundings called_results(const CallIndex& index, const TreeFile& file);

/// Returns a text that is the same for the same results.
[[nodiscard]] std::string fingerprint(const workflow::Surroundings& surroundings);

}  // namespace kairon::lint
