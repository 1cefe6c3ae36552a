#pragma once
#include "lint/migration_input.h"

namespace kairon::lint {

/// True for CLUSTER and for VACUUM with its FULL option on.
[[nodiscard]] bool rewrites_table(const MigrationStatement& statement);

}  // namespace kairon::lint
