#pragma once
#include <string_view>

#include "base/result.h"
#include "catalogue/sources.h"

namespace kairon::catalogue {

/// Fetches the node packages that a release of n8n depends on, with `npm` and without running any
/// of their code: `npm view` for the versions and checksums, `npm pack --ignore-scripts`, the
/// archive's SHA-512 compared, the descriptions unpacked with `tar`; all in a temp folder that is
/// gone afterwards. npm runs in that folder, so that no repository's .npmrc counts.
[[nodiscard]] Result<Source> fetch_npm(std::string_view n8n_version);

}  // namespace kairon::catalogue
