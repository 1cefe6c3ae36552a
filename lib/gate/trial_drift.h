#pragma once
#include "config/settings.h"
#include "gate/snapshot.h"
#include "lint/schema_probe.h"
#include "migrate/trial.h"

namespace kairon::gate {

/// Adds to a trial's report the workflow statements that its migrations broke (`sql/drift`), as rule set,
/// severities and notes of the workflows have it. `workflows` is the state that the probe was made of.
void add_drift(const lint::SchemaProbe& probe, const Snapshot& workflows, const config::Settings& settings,
               migrate::TrialReport& report);

}  // namespace kairon::gate
