#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kairon::http {

struct Header {
  std::string name;
  std::string value;
};

/// Whether a request carries the client's secret header.
enum class Identity { ours, anonymous };

struct Request {
  std::string method = "GET";
  std::string url;
  std::vector<Header> headers = {};
  std::optional<std::string> body = {};
  std::chrono::milliseconds timeout{30000};  ///< of the whole exchange
  Identity identity = Identity::ours;
};

/// Why there is no answer. Only after `lost`, `timed_out` and `too_large` can the server have seen
/// the request.
enum class Fault { none, bad_url, not_resolved, not_connected, tls, lost, timed_out, too_large, other };

struct Response {
  Fault fault = Fault::none;
  std::string problem = {};  ///< one sentence for the user, without header or body content
  int status = 0;
  std::vector<Header> headers = {};
  std::string body = {};

  [[nodiscard]] bool answered() const noexcept { return fault == Fault::none; }
  /// True when a repeat could do the work twice.
  [[nodiscard]] bool maybe_done() const noexcept {
    return fault == Fault::lost || fault == Fault::timed_out || fault == Fault::too_large;
  }
  /// How long the server asks to wait (Retry-After: seconds, or a date, which is compared with the
  /// answer's own Date); zero when it does not ask.
  [[nodiscard]] std::chrono::milliseconds retry_after() const;
  /// The last header of that name (case-insensitive), "" when there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

/// Sends one request. Virtual so that tests can be the server.
class Transport {
 public:
  virtual ~Transport() = default;
  /// Never throws but Error(interrupted).
  [[nodiscard]] virtual Response send(const Request& request) = 0;
};

}  // namespace kairon::http
