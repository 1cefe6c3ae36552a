#include "lint/support/secrets.h"

namespace kairon::lint {
namespace secret_database_url {
namespace {

using namespace secret;
using std::string_view;

std::optional<SecretMatch> match_database_url(string_view text, std::size_t at) {
  const auto url = url_password(text, at);
  if (!url || !is_database_scheme(url->scheme) || is_default_password(text, *url)) return std::nullopt;
  return accept(text, url->begin, url->end, "the password of a database url");
}

}  // namespace

}  // namespace secret_database_url

extern const SecretRule kSecretDatabaseUrl;
const SecretRule kSecretDatabaseUrl = {
    {"secret/database-url", Severity::error, Scope::always, "holds a database url with a password",
     "It opens the database to whoever can reach the host. Whoever can read the repository, a fork or a backup can use "
     "it, and removing the line does not take it out of "
     "history.",
     "Revoke it and put the new one into an n8n credential or an environment variable."},
    {},
    "://",
    secret_database_url::match_database_url,
    SecretShape::url};

}  // namespace kairon::lint
