#include "lint/support/secrets.h"

namespace kairon::lint {
namespace secret_anthropic {
namespace {

constexpr TokenShape kAnthropicShapes[] = {
    {"sk-ant-", "t20+", "an Anthropic API key"},
};

}  // namespace

}  // namespace secret_anthropic

extern const SecretRule kSecretAnthropic;
const SecretRule kSecretAnthropic = {
    {"secret/anthropic", Severity::error, Scope::always, "holds an Anthropic API key",
     "Keys sk-ant-... spend the account owner's money. Whoever can read the repository, a fork or a backup can use it, "
     "and removing the line does not take it out of "
     "history.",
     "Revoke it and put the new one into an n8n credential or an environment variable."},
    secret_anthropic::kAnthropicShapes,
    "",
    nullptr};

}  // namespace kairon::lint
