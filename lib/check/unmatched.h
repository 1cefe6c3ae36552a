#pragma once
#include <vector>

#include "config/settings.h"
#include "repository/snapshot.h"

namespace kairon::check {

/// Returns one notice for each setting that names files and does not match a file of `now`: a pattern of [kairon]
/// workflows, the folder of the migrations, the schema file. A default that matches nothing is not one of them. Nothing
/// for a state that is not complete.
[[nodiscard]] std::vector<config::Notice> unmatched_settings(const config::Settings& settings,
                                                             const repository::Snapshot& now);

}  // namespace kairon::check
