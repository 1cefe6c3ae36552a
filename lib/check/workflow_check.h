#pragma once
#include "check/check.h"

namespace kairon::check {

/// Judges the workflows of a request, each by itself and all together. Where only some are looked at, the others cost a
/// look at what the cache knows of them.
void check_workflows(const CheckRequest& request, const lint::Ruleset& ruleset, VerdictCache& cache,
                     CheckResult& result);

}  // namespace kairon::check
