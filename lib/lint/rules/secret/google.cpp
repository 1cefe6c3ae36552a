#include "lint/support/secrets.h"

namespace kairon::lint {
namespace secret_google {
namespace {

using namespace secret;
using std::string_view;

std::optional<SecretMatch> match(string_view text, std::size_t at) {
  if (at < 1) return std::nullopt;
  if (text.substr(at - 1, 4) == "AIza" && !inside_word(text, at - 1)) {
    const std::size_t end = run_end(text, at - 1, is_token_byte);
    if (end - at + 1 == 39) return accept(text, at - 1, end, "a Google API key");
  }
  if (text.substr(at - 1, 7) == "GOCSPX-" && !inside_word(text, at - 1)) {
    const std::size_t end = run_end(text, at + 6, is_token_byte);
    if (end - at - 6 >= 24) return accept(text, at - 1, end, "a Google OAuth client secret");
  }
  if (at >= 3 && text.substr(at - 3, 5) == "ya29." && !inside_word(text, at - 3)) {
    const std::size_t end = run_end(text, at + 2, is_token_byte);
    if (end - at - 2 >= 30) return accept(text, at - 3, end, "a Google access token");
  }
  return std::nullopt;
}

}  // namespace

}  // namespace secret_google

extern const SecretRule kSecretGoogle;
const SecretRule kSecretGoogle = {
    {"secret/google", Severity::error, Scope::always, "a Google API key, OAuth secret or access token",
     "API keys (AIza...), OAuth client secrets (GOCSPX-...) and access tokens (ya29....) act for the project or user "
     "they belong to. Whoever can read the repository, a fork or a backup can use it, and removing the line does not "
     "take it out of "
     "history.",
     "Revoke it and put the new one into an n8n credential or an environment variable."},
    "IO9",
    secret_google::match};

}  // namespace kairon::lint
