#pragma once
#include <string>

#include "config/settings.h"
#include "deploy/deployments.h"
#include "deploy/environment_run.h"
#include "deploy/transaction.h"

namespace kairon::deploy {

/// Who deploys, for journal, lock and database: "user@host".
[[nodiscard]] std::string deployer();

/// Leaves the row in kairon_deployments, where the environment has a database. What it tells of is over by then: what
/// fails here is a warning.
void write_row(const config::Target& target, const DeploymentRow& row);

/// What a deployment of the scene's content to `target` consists of; for dev, of its harmless version.
[[nodiscard]] DeployOrder deploy_order(const DeployScene& scene, const config::Target& target,
                                       const DeployFlags& flags);

/// What was ever ours on that environment, as the commits up to the scene's have it.
[[nodiscard]] Past deploy_past(const DeployScene& scene, const std::string& environment);

}  // namespace kairon::deploy
