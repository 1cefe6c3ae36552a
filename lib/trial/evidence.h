#pragma once
#include "trial/trial.h"

namespace kairon::trial {

/// Holds what the rules warn of (lint::Scope::by_evidence) against what the statements did: fills
/// `report.warnings`. To be called when the file has run to its end. `major` is the server's version.
void weigh_warnings(const migration::File& file, int major, const Base& base, MigrationReport& report);

}  // namespace kairon::trial
