#pragma once
#include <chrono>
#include <optional>
#include <vector>

#include "check/trials.h"

namespace kairon::check {

/// The trials of a request in every history of migrations that it is about.
class HistoryTrials {
 public:
  /// `histories` are Settings::histories(), or some of them. Files that the request names go to the history that they
  /// lie in. Throws what trial_input() throws, and Error(usage) for a file outside of each of several histories.
  HistoryTrials(git::GitSource* source, std::vector<config::Settings> histories, const trial::TrialRequest& request,
                Verdicts verdicts, std::optional<std::chrono::milliseconds> limit);

  /// How many migrations are to be tried.
  [[nodiscard]] std::size_t migrations() const;
  /// Reads the workflows, which a request without a new migration does without.
  void read_workflows();
  /// True when all of it passed before.
  [[nodiscard]] bool proven() const;
  /// One report of all; what belongs to one of several histories bears its name. Keeps it as the last trial.
  [[nodiscard]] trial::TrialReport run();

 private:
  git::GitSource* source_;
  std::vector<config::Settings> histories_;
  std::vector<MigrationTrials> trials_;  ///< of each history in turn; they refer to its settings
};

}  // namespace kairon::check
