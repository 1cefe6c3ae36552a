#pragma once
#include <string>
#include <vector>

#include "migrate/state.h"
#include "postgres/fingerprint.h"
#include "postgres/snapshot.h"
#include "trial/trial.h"

namespace kairon::trial {

/// What a database held around a migration and its rollback.
struct WayBack {
  const migrate::Source& source;
  const postgres::Snapshot& before;
  const postgres::Snapshot& after;  ///< after the migration
  const postgres::Snapshot& back;   ///< after its rollback
  const postgres::DataState& data_before;
  const postgres::DataState& data_back;
};

/// Judges what a rollback leaves. An error: the rollback loses or changes something, or keeps what the migration made.
/// A warning: the order of columns and its like (DifferenceWeight), what the migration did not make, and in layouts of
/// other tools comments, extensions and schemas. Differences that follow from another one are folded into it.
[[nodiscard]] std::vector<TrialFinding> judge_way_back(const WayBack& way);

/// Schema and rows at one moment.
struct State {
  const postgres::Snapshot& schema;
  const postgres::DataState& data;
};

/// Judges what a second run on top of a migration changed: a finding of that gravity for each change.
[[nodiscard]] std::vector<TrialFinding> judge_second_run(const std::string& path, Gravity gravity, const State& before,
                                                         const State& after);

/// Tables in which a rollback left rows and the second run forward made them twice, a line each.
[[nodiscard]] std::vector<std::string> doubled_rows(const postgres::DataState& before, const postgres::DataState& first,
                                                    const postgres::DataState& back, const postgres::DataState& again);

/// Adds a finding for each table that has fewer rows after a migration than before it, an error unless the file allows
/// it. It points at the first statement of `report` that deletes rows.
void judge_loss(const migration::File& file, const MigrationReport& report, const postgres::DataState& before,
                const postgres::DataState& after, std::vector<TrialFinding>& findings);

/// True when a rollback failed because a DO block of its own raises an exception: people write that into the rollback
/// of a migration that cannot be undone.
[[nodiscard]] bool refuses_to_run(const postgres::SqlError& error);

}  // namespace kairon::trial
