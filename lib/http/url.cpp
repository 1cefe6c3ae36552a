#include "http/url.h"

#include <curl/curl.h>

#include <charconv>

#include "base/format.h"
#include "base/text.h"

namespace kairon::http {

namespace {

bool has_forbidden(std::string_view text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7F) return true;
  return false;
}

/// libcurl's URL API: what it takes apart is what it later connects to.
class Parsed {
 public:
  explicit Parsed(const std::string& text) : handle_(::curl_url()) {
    ok_ = handle_ != nullptr && ::curl_url_set(handle_, CURLUPART_URL, text.c_str(),
                                               CURLU_DISALLOW_USER | CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK;
  }
  ~Parsed() { ::curl_url_cleanup(handle_); }
  Parsed(const Parsed&) = delete;
  Parsed& operator=(const Parsed&) = delete;

  [[nodiscard]] bool ok() const noexcept { return ok_; }
  /// A part of the URL, "" when it has none.
  [[nodiscard]] std::string part(CURLUPart which, unsigned flags = 0) const {
    char* text = nullptr;
    if (::curl_url_get(handle_, which, &text, flags) != CURLUE_OK) return {};
    std::string out(text);
    ::curl_free(text);
    return out;
  }

 private:
  CURLU* handle_;
  bool ok_ = false;
};

}  // namespace

std::string Url::origin() const { return format("{}://{}:{}", scheme, host, port); }

std::optional<Url> parse_url(std::string_view text) {
  const std::size_t mark = text.find("://");
  if (mark == std::string_view::npos || has_forbidden(text)) return std::nullopt;
  const std::string_view rest = text.substr(mark + 3);
  const std::size_t slash = rest.find_first_of("/?#");
  if (rest.substr(0, slash).find('@') != std::string_view::npos) return std::nullopt;
  const Parsed parsed{std::string(text)};
  if (!parsed.ok()) return std::nullopt;
  Url url;
  url.scheme = text::lower(parsed.part(CURLUPART_SCHEME));
  url.host = text::lower(parsed.part(CURLUPART_HOST));
  if ((url.scheme != "http" && url.scheme != "https") || url.host.empty()) return std::nullopt;
  const std::string port = parsed.part(CURLUPART_PORT, CURLU_DEFAULT_PORT);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), url.port);
  if (error != std::errc() || end != port.data() + port.size() || url.port < 1) return std::nullopt;
  if (slash != std::string_view::npos) url.path = rest.substr(slash);
  return url;
}

std::string encode_component(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
                       byte == '-' || byte == '.' || byte == '_' || byte == '~';
    if (plain) {
      out += c;
    } else {
      out += '%';
      out += kHex[byte >> 4U];
      out += kHex[byte & 15U];
    }
  }
  return out;
}

}  // namespace kairon::http
