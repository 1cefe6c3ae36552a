#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "catalogue/sources.h"
#include "http/transport.h"

namespace kairon::catalogue {

/// The npm registry that this user is configured for: npm_config_registry in the environment, else
/// `registry` of ~/.npmrc or /etc/npmrc, else https://registry.npmjs.org. Without a final slash. npm
/// itself is not needed. A repository's .npmrc does not count.
[[nodiscard]] std::string registry_address();

/// Fetches the node packages that a release of n8n depends on from a registry, without npm and without
/// running any of their code; each archive's SHA-512 is compared with the one that the registry states.
/// `wanted` is an exact version ("1.123.81") or a major one ("1": its newest release).
[[nodiscard]] Result<Source> fetch_registry(http::Transport& transport, const std::string& address,
                                            std::string_view wanted);

/// A release of a package as the registry holds it.
struct Release {
  std::string version;
  std::string bytes;      ///< the archive
  std::string integrity;  ///< "sha512-...", which nobody has compared yet
};

/// Fetches a package's release; `version` "" is the one that the registry tags as latest.
[[nodiscard]] Result<Release> fetch_package(http::Transport& transport, const std::string& address,
                                            const std::string& package, std::string_view version);

}  // namespace kairon::catalogue
