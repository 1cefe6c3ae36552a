#pragma once
#include <optional>
#include <string>

#include "check/check.h"

namespace kairon::check {

/// Judges the migrations of `request.now` and adds the findings to `result`: each file by itself
/// (verdicts cached), then the folder as a whole against `request.published`.
void check_migrations(const CheckRequest& request, const lint::Ruleset& ruleset, VerdictCache& cache,
                      CheckResult& result);

/// Fills in the settings about migrations. Throws Error(usage) for an invalid postgresVersion.
void configure_migrations(CheckRequest& request, const config::Settings& settings);

}  // namespace kairon::check
