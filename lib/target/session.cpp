#include "target/session.h"

#include <utility>
#include <vector>

#include "base/error.h"
#include "base/format.h"
#include "base/text.h"
#include "http/url.h"

namespace kairon::target {

config::Target required_target(const config::Settings& settings, const std::string& name) {
  config::Target target = settings.target(name);
  if (!target.configured())
    throw usage_error(format("the environment {} is not configured", text::printable(name)),
                      format("git config kairon.env-{0}.n8nUrl URL; git config kairon.env-{0}.n8nApiKey KEY", name));
  if (target.n8n_api_key.empty())
    throw usage_error(format("the environment {} has no API key", name),
                      format("git config kairon.env-{}.n8nApiKey KEY", name));
  return target;
}

DeploySession::DeploySession(config::Target target, n8n::Patience patience) : target_(std::move(target)) {
  const std::optional<http::Url> url = http::parse_url(target_.n8n_url);
  if (!url)
    throw usage_error(format("the n8nUrl of {} is not an http or https URL without user and password", target_.name),
                      format("git config kairon.env-{}.n8nUrl https://HOST", target_.name));
  http::ClientOptions options;
  options.secret = {url->origin(), "X-N8N-API-KEY", std::string(text::trim(target_.n8n_api_key))};
  options.ca_file = target_.ca_file;
  if (!target_.ssh_host.empty()) {
    std::vector<Forward> forwards{{url->host, url->port}};
    for (const std::string* database : {&target_.database, &target_.n8n_database})
      if (!database->empty()) forwards.push_back(forward_to(*database));
    tunnel_ = std::make_unique<Tunnel>(target_.ssh_host, forwards);
    options.connect_to = format("{}:{}:127.0.0.1:{}", url->host, url->port, tunnel_->port(0));
    std::size_t next = 1;
    for (std::string* database : {&target_.database, &target_.n8n_database})
      if (!database->empty()) *database = led_to(*database, tunnel_->port(next++));
  }
  const std::string key = options.secret.value;
  client_ = std::make_unique<http::Client>(std::move(options));
  api_ = std::make_unique<n8n::Api>(*client_, target_.n8n_url, patience);
  api_->hide(key);
}

}  // namespace kairon::target
