#pragma once
#include <optional>
#include <string>

#include "gate/check.h"

namespace kairon::gate {

/// Judges the migrations of `request.now` and adds what it finds to `result`: each file by itself
/// (verdicts cached), then the folder as a whole against `request.published`.
void check_migrations(const CheckRequest& request, const lint::Ruleset& ruleset, VerdictCache& cache,
                      CheckResult& result);

/// Fills in what settings say about migrations. Throws Error(usage) for a postgresVersion that is none.
void configure_migrations(CheckRequest& request, const config::Settings& settings);

/// The commit whose migrations count as published when `HEAD` is worked on: where HEAD left the branch
/// of its name on a remote (`origin` before others), or else the deploy branch there; HEAD itself when
/// the remotes have neither. "" on an unborn branch, and where no remote has anything: nobody else can
/// have run a migration that never left this machine.
[[nodiscard]] std::string published_commit(git::GitSource& source, const config::Settings& settings);

}  // namespace kairon::gate
