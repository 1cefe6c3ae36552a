#pragma once
#include <cstddef>
#include <vector>

#include "git/source.h"
#include "lint/finding.h"
#include "repository/snapshot.h"

namespace kairon::check {

/// Returns how many of the findings `kairon fix --write` repairs: those of rules that have a repair, and what a node
/// that was renamed since HEAD left behind. `source` is null outside of a repository.
[[nodiscard]] std::size_t count_repairable(git::GitSource* source, const repository::Snapshot& now,
                                           const std::vector<lint::Finding>& findings);

}  // namespace kairon::check
