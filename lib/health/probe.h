#pragma once
#include <chrono>
#include <string>
#include <vector>

#include "config/settings.h"
#include "git/source.h"
#include "health/line.h"

namespace kairon::health {

/// Where a look at the health of environments starts from.
struct HealthScene {
  const config::Settings& settings;
  git::GitSource* source = nullptr;  ///< null outside a repository: then no migrations and no journal
  std::chrono::seconds window{0};
};

/// Everything that can be seen of one environment: n8n, its databases, migrations, backups, the
/// journal.
/// `looked_at` is the time of the last look, "" when there was none. Never throws but
/// Error(interrupted): what cannot be looked at is a line.
[[nodiscard]] std::vector<HealthLine> look_at_environment(const HealthScene& scene, const std::string& environment,
                                                          const std::string& looked_at);

/// The environments that have an n8n or a database configured.
[[nodiscard]] std::vector<std::string> configured_environments(const config::Settings& settings);

}  // namespace kairon::health
