#pragma once
#include "config/settings.h"
#include "lint/support/schema_probe.h"
#include "repository/snapshot.h"
#include "trial/trial.h"

namespace kairon::check {

/// Adds to a trial's report the workflow statements that its migrations broke (`sql/drift`), as rule set,
/// severities and notes of the workflows have it. `workflows` is the state that the probe was made of.
void add_drift(const lint::SchemaProbe& probe, const repository::Snapshot& workflows, const config::Settings& settings,
               trial::TrialReport& report);

}  // namespace kairon::check
