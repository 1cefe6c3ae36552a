#include "lint/support/secrets.h"

namespace kairon::lint {
namespace secret_url_password {
namespace {

using namespace secret;
using std::string_view;

std::optional<SecretMatch> match_url_password(string_view text, std::size_t at) {
  const auto url = url_password(text, at);
  if (!url || url->scheme.empty() || is_database_scheme(url->scheme) || is_default_password(text, *url)) {
    return std::nullopt;
  }
  return accept(text, url->begin, url->end, "the password of a url");
}

}  // namespace

}  // namespace secret_url_password

extern const SecretRule kSecretUrlPassword;
const SecretRule kSecretUrlPassword = {
    {"secret/url-password", Severity::error, Scope::always, "holds a password inside a url",
     "user:password@ in a url (RFC 3986 section 3.2.1 deprecates it) is sent to whoever answers there, and written to "
     "logs. Whoever can read the repository, a fork or a backup can use it, and removing the line does not take it out "
     "of "
     "history.",
     "Revoke it and put the new one into an n8n credential or an environment variable."},
    {},
    "://",
    secret_url_password::match_url_password,
    SecretShape::url};

}  // namespace kairon::lint
