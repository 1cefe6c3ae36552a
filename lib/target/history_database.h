#pragma once
#include <string>

#include "config/settings.h"

namespace kairon::target {

/// Returns the connection string of the database that a history's migrations run in: `conninfo`, an environment's,
/// with the name that `[migrations "NAME"] database` gives. Throws Error(usage) for a value that is not a plain name.
[[nodiscard]] std::string database_of_history(const config::Settings& history, const std::string& conninfo);

}  // namespace kairon::target
