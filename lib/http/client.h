#pragma once
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "http/transport.h"

namespace kairon::http {

/// A header that is a secret: added to requests whose origin is the one it belongs to and that are
/// not anonymous, and only to those.
struct Secret {
  std::string origin;  ///< Url::origin()
  std::string name;
  std::string value;
};

struct ClientOptions {
  Secret secret = {};
  std::chrono::milliseconds connect_timeout{10000};
  /// "host:port:host:port": requests to the first pair connect to the second (an ssh tunnel's end);
  /// name and TLS checks stay those of the url. CURLOPT_CONNECT_TO.
  std::string connect_to = {};
  /// PEM file of the authorities that are trusted; "" = that of CURL_CA_BUNDLE or SSL_CERT_FILE, else
  /// the system's.
  std::string ca_file = {};
  std::size_t body_limit = std::size_t{64} << 20U;
};

/// libcurl's easy interface. One handle, so connections are kept alive; TLS is verified; redirects
/// are answers like others (a redirect could carry the secret elsewhere). A POST always opens a
/// fresh connection: libcurl repeats a request by itself when a reused connection dies without an
/// answer (lib/transfer.c, Curl_retry_request), which may create a thing twice. No proxy is used
/// for loopback addresses. After SIGINT or SIGTERM a GET ends early and no other
/// request is begun, with Error(interrupted); one that changes something is waited for first, so that what it did
/// can be seen.
class Client final : public Transport {
 public:
  /// Throws Error(environment) when libcurl cannot be initialised.
  explicit Client(ClientOptions options);
  ~Client() override;
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  [[nodiscard]] Response send(const Request& request) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kairon::http
