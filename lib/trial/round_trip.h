#pragma once
#include <optional>

#include "trial/stage.h"

namespace kairon::trial {

/// The database before or after a run.
struct DatabaseState {
  postgres::Snapshot schema;
  postgres::DataState data;
};

/// Takes both with what `stage` sees.
[[nodiscard]] DatabaseState state_of(const Stage& stage);

/// Where a step leaves the database.
struct StepEnd {
  bool went_well = true;  ///< without an error: the next step may follow
  bool clean = true;      ///< what it should be after the migration, so that the next one may begin here
  std::optional<postgres::Snapshot> schema = {};  ///< after the last forward run, when the step took it
};

/// Runs the rollback of `source`, compares with `before`, runs the migration again and compares with `after`. A
/// migration without a rollback, or with one that cannot be run, is left as it is.
[[nodiscard]] StepEnd back_and_forth(const Stage& stage, const migrate::Source& source, const DatabaseState& before,
                                     const DatabaseState& after);

/// Runs a forward file once more on top: it changes nothing of `before`, or fails cleanly.
[[nodiscard]] StepEnd run_twice(const Stage& stage, const migration::File& file, const postgres::Snapshot& before);

/// Runs the script that the tool runs after the migration (Sqitch): it fails when the work is not done.
void verify(const Stage& stage, const migrate::Source& source);

}  // namespace kairon::trial
