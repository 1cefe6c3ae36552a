#pragma once
#include <chrono>
#include <optional>
#include <string>

#include "base/error.h"
#include "config/settings.h"
#include "git/source.h"

namespace kairon::smoke {

/// Whether texts of recorded messages and answers are kept.
enum class Texts { keep, redact };

struct RecordRequest {
  std::string environment;
  std::optional<long long> execution;  ///< one case of this execution; nothing: one for each distinct path
  std::chrono::seconds since{7 * 86400};
  std::string workflow;  ///< that the case has to execute, "" = any
  Texts texts = Texts::keep;
};

/// Makes smoke test cases of an environment's stored executions and appends them to
/// `recorded_<workflow>.json` next to the other cases. Paths that a case already takes are left out. Asks before it
/// writes what comes from production. Throws Error(usage), Error(environment), Error(blocked) when nobody agrees.
[[nodiscard]] ExitCode record(git::GitSource& source, const config::Settings& settings, const RecordRequest& request);

}  // namespace kairon::smoke
