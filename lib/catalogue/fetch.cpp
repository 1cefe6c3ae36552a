#include "catalogue/fetch.h"

#include "base/environment.h"
#include "catalogue/npm.h"
#include "catalogue/reducer.h"
#include "catalogue/registry.h"
#include "catalogue/store.h"
#include "http/client.h"

namespace kairon::catalogue {

namespace {

/// Knows whether a server refused us, or its certificate was not accepted.
class Watched final : public http::Transport {
 public:
  http::Response send(const http::Request& request) override {
    http::Response response = client_.send(request);
    refused_ = response.fault == http::Fault::tls || response.status == 401 || response.status == 403;
    return response;
  }
  [[nodiscard]] bool refused() const noexcept { return refused_; }

 private:
  http::Client client_{{}};
  bool refused_ = false;
};

}  // namespace

Result<Source> fetch_release(const std::string& version) {
  Watched transport;
  Result<Source> source = fetch_registry(transport, registry_address(), version);
  // npm knows the tokens and certificates of a private registry. Never where there is no network, because
  // npm then waits for minutes.
  if (source.ok() || !transport.refused() || !environment::find_program("npm")) return source;
  Result<Source> with_npm = fetch_npm(version);
  return with_npm.ok() ? std::move(with_npm) : std::move(source);
}

Result<std::string> keep(const Source& source, const std::string& version, const std::string& folder) {
  const Result<std::string> bytes = reduce(source.files, version);
  if (!bytes.ok()) return bytes.failure();
  return save_index(version, *bytes, folder);
}

}  // namespace kairon::catalogue
