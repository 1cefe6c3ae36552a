#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/settings.h"
#include "git/source.h"
#include "lint/support/schema_statements.h"
#include "repository/snapshot.h"
#include "trial/input.h"

namespace kairon::check {

/// Whether a trial that passed before is remembered (at push) or repeated (by hand).
enum class Verdicts { remembered, ignored };

/// Adds a report to that of all trials; the first one names server and base.
void merge(trial::TrialReport& all, trial::TrialReport&& one);

/// The trials of one request in one history: of its new migrations on one base, with the workflows of the same state;
/// and of each published migration of which only the rollback changed, on the state before it.
class MigrationTrials {
 public:
  /// `source` is null outside of a repository. `limit`: of one statement. Throws what trial_input() throws.
  MigrationTrials(git::GitSource* source, const config::Settings& settings, trial::TrialRequest request,
                  Verdicts verdicts, std::optional<std::chrono::milliseconds> limit);

  [[nodiscard]] const config::Settings& settings() const { return settings_; }
  /// Returns the number of migrations to try.
  [[nodiscard]] std::size_t migrations() const;
  /// Other histories in the same database. Their migrations become part of the base where what is tried lacks an object
  /// that they make.
  void stand_on(std::vector<std::vector<migrate::Source>> others) { others_ = std::move(others); }
  /// Reads the workflows; a request without a new migration does not need them.
  void read_workflows();
  /// True when every trial of the request passed before.
  [[nodiscard]] bool proven() const;
  [[nodiscard]] trial::TrialReport run();

 private:
  /// The bases that one trial may start from, in this order.
  using Ways = std::vector<trial::TrialOptions>;
  enum class Workflows { asked, not_asked };

  [[nodiscard]] std::string verdicts() const;
  [[nodiscard]] std::string proof_of(const trial::TrialOptions& way) const;
  [[nodiscard]] bool proven(const Ways& ways) const;
  [[nodiscard]] trial::TrialReport run(Ways& ways, Workflows workflows);
  [[nodiscard]] trial::TrialReport run(trial::TrialOptions& way, Workflows workflows);
  [[nodiscard]] trial::TrialReport run_on_schema(Ways& ways, Workflows workflows);
  [[nodiscard]] trial::TrialReport run_reachable(Ways& ways);
  [[nodiscard]] trial::TrialReport run_fresh();
  [[nodiscard]] trial::TrialReport taken_as_part(trial::TrialReport report, const trial::TrialOptions& every,
                                                 trial::TrialOptions& later, Workflows workflows);
  [[nodiscard]] trial::TrialReport run_rollback(Ways& ways);
  [[nodiscard]] trial::TrialReport run_alone();
  [[nodiscard]] bool others_make(const std::vector<postgres::SqlError>& missing) const;
  void set_others(const std::vector<std::vector<migrate::Source>>& others);

  git::GitSource* source_;
  const config::Settings& settings_;
  const trial::TrialRequest request_;
  const Verdicts verdicts_;
  repository::Snapshot workflows_;
  lint::SchemaStatements statements_;
  Ways fresh_;                   ///< empty when no migration is new
  Ways repaired_;                ///< where the base does not load; empty when the tip has the same schema file
  std::vector<Ways> rollbacks_;  ///< one migration each
  std::vector<std::vector<migrate::Source>> others_;
};

}  // namespace kairon::check
