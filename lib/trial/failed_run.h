#pragma once
#include "trial/stage.h"

namespace kairon::trial {

/// Says why the forward file of the migration that is being tried could not be run: a finding, or, where it comes from
/// another migration or from seed rows alone, no verdict.
void tell_failure(const Stage& stage, const migration::File& file, const migrate::FileFailure& failure);

}  // namespace kairon::trial
