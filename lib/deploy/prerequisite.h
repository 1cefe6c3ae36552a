#pragma once
#include "config/settings.h"
#include "deploy/environment_run.h"

namespace kairon::deploy {

/// `requires = staging`: throws Error(blocked) unless that environment has the scene's commit, whole and
/// green. This repository's journal says so at once. What another clone or CI deployed is seen on the
/// environment itself: n8n holds every workflow of the commit as it would be sent, none of its migrations is
/// pending on the database, and the last smoke tests that kairon_deployments knows of did not fail.
/// Throws Error(usage) when it is not configured here, Error(environment) when it cannot be asked.
void require_earlier_stage(const DeployScene& scene, const config::Target& target);

}  // namespace kairon::deploy
