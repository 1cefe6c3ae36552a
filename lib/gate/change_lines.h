#pragma once
#include <string>
#include <vector>

#include "repository/snapshot.h"

namespace kairon::gate {

/// Returns one line for each workflow that differs between two states: "Route_Event: 2 nodes added, 2 changed;
/// 4 connections added, 2 removed". Many changes end with the number of the others.
[[nodiscard]] std::vector<std::string> change_lines(const repository::Snapshot& before,
                                                    const repository::Snapshot& after);

}  // namespace kairon::gate
