#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "catalogue/community.h"
#include "http/transport.h"

namespace kairon::catalogue {

/// Fetches a package ("n8n-nodes-example", its newest release, or "n8n-nodes-example@1.2.3") from a registry. The
/// archive's SHA-512 is compared with the one that the registry states; none of its code runs.
[[nodiscard]] Result<CommunityPackage> fetch_community(http::Transport& transport, const std::string& address,
                                                       std::string_view wanted);

}  // namespace kairon::catalogue
