#pragma once
#include "postgres/fingerprint.h"
#include "postgres/snapshot.h"
#include "trial/file_run.h"
#include "trial/record.h"
#include "trial/sessions.h"

namespace kairon::trial {

/// What every step of a trial works with.
struct Stage {
  const TrialOptions& options;
  Sessions& sessions;
  FileRun& run;
  Record& record;
  postgres::SnapshotScope scope;
};

/// Returns the schema without what the trial itself made: roles that are missing here, and that the trial's role is
/// in them.
[[nodiscard]] postgres::Snapshot schema_of(const Stage& stage);

/// Returns the rows' fingerprints; of the tables and columns of `like`, when it is not null.
[[nodiscard]] postgres::DataState data_of(const Stage& stage, const postgres::DataState* like = nullptr);

/// False, with a finding of `rule`, for a file that cannot be sent as it is.
[[nodiscard]] bool runnable(const Stage& stage, const migration::File& file, const char* rule);

}  // namespace kairon::trial
