#pragma once
#include <string>
#include <vector>

#include "migrate/runner.h"

namespace kairon::commands {

/// What a database says of a history of migrations.
struct HistoryState {
  std::string name;  ///< "" = the only one
  std::vector<migrate::Source> sources;
  std::vector<migrate::StateLine> state;  ///< refers to the sources
};

/// `kairon migrate status` and `verify`, for people and as JSON.
[[nodiscard]] std::string state_text(const std::vector<HistoryState>& histories);
[[nodiscard]] std::string state_json(const std::vector<HistoryState>& histories);
/// What a run did; `verb` is "applied", "undone", "recorded".
[[nodiscard]] std::string outcome_text(const migrate::RunOutcome& outcome, std::string_view verb);
[[nodiscard]] std::string outcome_json(const migrate::RunOutcome& outcome);

}  // namespace kairon::commands
