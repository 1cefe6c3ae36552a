#pragma once
#include <string>

#include "config/settings.h"
#include "gate/deploy_stage.h"
#include "n8n/deploy.h"
#include "ops/deployments.h"

namespace kairon::gate {

/// Who deploys, for journal, lock and database: "user@host".
[[nodiscard]] std::string deployer();

/// Leaves the row in kairon_deployments, where the environment has a database. What it tells of is over by then: what
/// fails here is a warning.
void write_row(const config::Target& target, const ops::DeploymentRow& row);

/// What a deployment of the scene's content to `target` consists of; for dev, of its harmless version.
[[nodiscard]] n8n::DeployOrder deploy_order(const DeployScene& scene, const config::Target& target,
                                            const DeployFlags& flags);

/// What was ever ours on that environment, as the commits up to the scene's have it.
[[nodiscard]] n8n::Past deploy_past(const DeployScene& scene, const std::string& environment);

}  // namespace kairon::gate
