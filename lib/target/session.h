#pragma once
#include <memory>
#include <string>

#include "config/settings.h"
#include "http/client.h"
#include "n8n/api.h"
#include "target/tunnel.h"

namespace kairon::target {

/// A connection to an environment: the ssh tunnel when it has one, the HTTP client, the API. Lives
/// as long as the work does; every way out closes the tunnel.
class DeploySession {
 public:
  /// Throws Error(usage) when url or key are missing or wrong, Error(environment) when the tunnel
  /// cannot be opened.
  explicit DeploySession(config::Target target, n8n::Patience patience = {});

  [[nodiscard]] n8n::Api& api() noexcept { return *api_; }
  /// The target with its databases led through the tunnel.
  [[nodiscard]] const config::Target& target() const noexcept { return target_; }

 private:
  config::Target target_;
  std::unique_ptr<Tunnel> tunnel_;
  std::unique_ptr<http::Client> client_;
  std::unique_ptr<n8n::Api> api_;
};

/// The configured target of that name; Error(usage) that says what to set when it is not.
[[nodiscard]] config::Target required_target(const config::Settings& settings, const std::string& name);

}  // namespace kairon::target
