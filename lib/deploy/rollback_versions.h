#pragma once
#include "deploy/record.h"
#include "deploy/rollback.h"
#include "n8n/api.h"

namespace kairon::deploy {

/// Whether the record knows which version n8n 2.x ran of each workflow.
[[nodiscard]] bool knows_versions(const Record& record);

/// One way back on n8n 2.x: the versions that ran before are published again first, so that production is whole at
/// once; then the drafts become what they were. A version that n8n does not have any more is written again and
/// published. Throws Error(environment) when the server cannot be read.
[[nodiscard]] RollbackReport roll_back_versions(n8n::Api& api, const Record& record);

}  // namespace kairon::deploy
