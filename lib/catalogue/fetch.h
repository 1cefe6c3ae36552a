#pragma once
#include <string>

#include "base/result.h"
#include "catalogue/sources.h"

namespace kairon::catalogue {

/// Fetches the descriptions of an n8n release ("1.123.81", or "1" for its newest) from the npm registry
/// that this user is configured for; with `npm` where that registry refuses us.
[[nodiscard]] Result<Source> fetch_release(const std::string& version);

/// Reduces descriptions to an index and keeps it, in `folder` when that is given. Returns its path.
/// Throws Error(environment) when it cannot be written.
[[nodiscard]] Result<std::string> keep(const Source& source, const std::string& version,
                                       const std::string& folder = {});

}  // namespace kairon::catalogue
