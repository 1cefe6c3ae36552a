#pragma once
#include <string>
#include <vector>

#include "migrate/runner.h"

namespace kairon::commands {

/// `kairon migrate status` and `verify`, for people and as JSON.
[[nodiscard]] std::string state_text(const std::vector<migrate::StateLine>& state);
[[nodiscard]] std::string state_json(const std::vector<migrate::StateLine>& state);
/// What a run did; `verb` is "applied", "undone", "recorded".
[[nodiscard]] std::string outcome_text(const migrate::RunOutcome& outcome, std::string_view verb);
[[nodiscard]] std::string outcome_json(const migrate::RunOutcome& outcome);

}  // namespace kairon::commands
