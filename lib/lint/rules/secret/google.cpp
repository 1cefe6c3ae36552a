#include "lint/support/secrets.h"

namespace kairon::lint {
namespace secret_google {
namespace {

constexpr TokenShape kGoogleShapes[] = {
    {"AIza", "t35", "a Google API key"},
    {"GOCSPX-", "t24+", "a Google OAuth client secret"},
    {"ya29.", "t30+", "a Google access token"},
    {"1//0", "t60+", "a Google refresh token"},
};

}  // namespace

}  // namespace secret_google

extern const SecretRule kSecretGoogle;
const SecretRule kSecretGoogle = {
    {"secret/google", Severity::error, Scope::always, "holds a Google API key, OAuth secret or access token",
     "API keys (AIza...), OAuth client secrets (GOCSPX-...) and access tokens (ya29....) act for the project or user "
     "they belong to. Whoever can read the repository, a fork or a backup can use it, and removing the line does not "
     "take it out of "
     "history.",
     "Revoke it and put the new one into an n8n credential or an environment variable."},
    secret_google::kGoogleShapes,
    "",
    nullptr};

}  // namespace kairon::lint
