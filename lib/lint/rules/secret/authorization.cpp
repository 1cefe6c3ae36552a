#include <algorithm>

#include "base/text.h"
#include "lint/support/secrets.h"
namespace kairon::lint {
namespace secret_authorization {
namespace {

using namespace secret;
using std::string_view;

bool is_bearer(char c) { return is_token_byte(c) || string_view(".~+/=").find(c) != string_view::npos; }

std::optional<SecretMatch> match_bearer(string_view text, std::size_t begin) {
  const std::size_t end = run_end(text, begin, is_bearer);
  if (end - begin < 16 || !is_mixed(text.substr(begin, end - begin))) return std::nullopt;
  return accept(text, begin, end, "a bearer token");
}

std::optional<SecretMatch> match_basic(string_view text, std::size_t begin) {
  const std::size_t end = run_end(text, begin, is_bearer);
  const auto decoded = decode_base64(text.substr(begin, end - begin));
  const std::size_t colon = decoded ? decoded->find(':') : std::string::npos;
  if (colon == std::string::npos || colon == 0 || colon + 1 == decoded->size()) return std::nullopt;
  const bool readable = std::all_of(decoded->begin(), decoded->end(), [](char c) { return c >= ' ' && c <= '~'; });
  const UrlPassword parts{{}, string_view(*decoded).substr(0, colon), colon + 1, decoded->size()};
  if (!readable || is_placeholder(*decoded) || is_default_password(*decoded, parts)) return std::nullopt;
  return accept(text, begin, end, "a Basic authorization");
}

std::optional<SecretMatch> match_authorization(string_view text, std::size_t at) {
  if (inside_word(text, at)) return std::nullopt;
  if (kairon::text::equal_ignoring_case(text.substr(at, 7), "bearer ")) return match_bearer(text, at + 7);
  if (kairon::text::equal_ignoring_case(text.substr(at, 6), "basic ")) return match_basic(text, at + 6);
  return std::nullopt;
}

}  // namespace

}  // namespace secret_authorization

extern const SecretRule kSecretAuthorization;
const SecretRule kSecretAuthorization = {
    {"secret/authorization", Severity::error, Scope::always, "holds a literal Bearer or Basic authorization",
     "A header value written out (RFC 7617, RFC 6750) is the credential itself: Basic is user and password in base64, "
     "a bearer token works for whoever holds it. Whoever can read the repository, a fork or a backup can use it, and "
     "removing the line does not take it out of "
     "history.",
     "Revoke it and put the new one into an n8n credential or an environment variable."},
    {},
    "bearer basic",
    secret_authorization::match_authorization,
    SecretShape::header,
    true};

}  // namespace kairon::lint
