#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace kairon::http {

/// The parts of an absolute http(s) url.
struct Url {
  std::string scheme;  ///< "http" or "https"
  std::string host;    ///< lower case, an IPv6 address in its brackets
  int port = 0;        ///< the scheme's default when none is written
  std::string path;    ///< from the first slash on, with query; "" when absent

  /// "scheme://host:port", what a secret is bound to (RFC 6454 section 4).
  [[nodiscard]] std::string origin() const;
};

/// Reads an absolute http or https url; nothing for other schemes, an empty host, a bad port,
/// control characters or user information (a password in a url ends in logs).
[[nodiscard]] std::optional<Url> parse_url(std::string_view text);

/// Percent-encodes everything but RFC 3986's unreserved characters.
[[nodiscard]] std::string encode_component(std::string_view text);

}  // namespace kairon::http
