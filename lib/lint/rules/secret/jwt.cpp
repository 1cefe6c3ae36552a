#include "lint/support/secrets.h"

namespace kairon::lint {
namespace secret_jwt {
namespace {

using namespace secret;
using std::string_view;

/// The payload that every tutorial shows (sub 1234567890, John Doe).
constexpr string_view kTutorial = "eyJzdWIiOiIxMjM0NTY3ODkwI";

std::optional<SecretMatch> match_jwt(string_view text, std::size_t begin) {
  if (text.substr(begin, 3) != "eyJ" || inside_word(text, begin)) return std::nullopt;
  const std::size_t first = run_end(text, begin, is_token_byte);
  if (text.substr(first, 4) != ".eyJ") return std::nullopt;
  const std::size_t second = run_end(text, first + 1, is_token_byte);
  if (second >= text.size() || text[second] != '.') return std::nullopt;
  const std::size_t end = run_end(text, second + 1, is_token_byte);
  if (end - second - 1 < 16) return std::nullopt;
  const auto header = decode_base64(text.substr(begin, first - begin));
  if (!header || header->find("\"alg\"") == std::string::npos) return std::nullopt;
  if (text.substr(first + 1).starts_with(kTutorial)) return std::nullopt;
  // The keys that every self-hosted Supabase begins with are published.
  const auto payload = decode_base64(text.substr(first + 1, second - first - 1));
  if (payload && payload->find("\"supabase-demo\"") != std::string::npos) return std::nullopt;
  return accept(text, begin, end, "a JSON Web Token");
}

}  // namespace

}  // namespace secret_jwt

extern const SecretRule kSecretJwt;
const SecretRule kSecretJwt = {
    {"secret/jwt", Severity::error, Scope::always, "holds a JSON Web Token",
     "A signed token (RFC 7519) is accepted as its owner until it expires; service keys of Supabase and n8n's own API "
     "keys are such tokens and often never do. Whoever can read the repository, a fork or a backup can use it, and "
     "removing the line does not take it out of "
     "history.",
     "Revoke it and put the new one into an n8n credential or an environment variable."},
    {},
    "eyJ",
    secret_jwt::match_jwt,
    SecretShape::format};

}  // namespace kairon::lint
