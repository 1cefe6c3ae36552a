#pragma once
#include <vector>

#include "trial/trial.h"

namespace kairon::trial {

/// Adds what the statements' locks and rewrites mean for the one file: ACCESS EXCLUSIVE that lasts longer than
/// the budget (an error on restored rows, on seed rows a warning), and rewritten tables.
void judge_effects(const MigrationReport& report, const migration::File& file, const TrialOptions& options,
                   std::vector<TrialFinding>& findings);

}  // namespace kairon::trial
