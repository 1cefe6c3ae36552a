#pragma once
#include <string>

#include "config/settings.h"
#include "repository/snapshot.h"

namespace kairon::smoke {

/// A first regression case for the workflow in `file`, as a smoke test file: it enters through the
/// workflow's own webhook or schedule, else through that of a workflow that calls it, and its message
/// has every field that the entered workflow reads of the body, with values by their names. What the
/// message changes is left to people. Throws Error(usage) when no message can get there.
[[nodiscard]] std::string first_case(const repository::Snapshot& tree, const repository::SnapshotFile& file,
                                     const config::Settings& settings);

}  // namespace kairon::smoke
