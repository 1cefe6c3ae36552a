#pragma once
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "config/settings.h"
#include "git/source.h"
#include "repository/content.h"

namespace kairon::smoke {

enum class SmokeFormat { text, json, junit };
/// Whether a green run of the same content against the same deployment counts instead of a new one.
enum class Proof { run_always, accept };

struct SmokeFlags {
  SmokeFormat format = SmokeFormat::text;
  Proof proof = Proof::run_always;
  bool verbose = false;
  std::vector<std::string> cases;  ///< names or globs; empty = all
  std::string n8n_folder;          ///< of the n8n for "local"; "" = [smoke] n8nFolder
};

/// How a question is put: returns what was typed, nothing without a terminal.
using Ask = std::function<std::optional<std::string>(const std::string& question)>;

/// Production gets test messages with `kairon.env-prod.smoke on`, with KAIRON_APPROVE=prod:smoke, or when its
/// name is typed. Throws Error(blocked) otherwise.
void require_consent(const config::Settings& settings, const std::string& environment, std::size_t cases,
                     const Ask& ask);

/// Runs the smoke tests of a content against an environment ("local": one that exists for this run alone), prints the
/// result and, when all cases ran, notes it in the environment's journal. Throws Error(usage) for case files that
/// cannot be read (every problem with file and line), Error(environment) for a server that cannot be.
[[nodiscard]] ExitCode smoke(git::GitSource& source, const config::Settings& settings,
                             const repository::DeployContent& content, const std::string& environment,
                             const SmokeFlags& flags);

}  // namespace kairon::smoke
