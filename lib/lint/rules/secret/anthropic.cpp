#include "lint/support/secrets.h"

namespace kairon::lint {
namespace secret_anthropic {
namespace {

using namespace secret;
using std::string_view;

std::optional<SecretMatch> match(string_view text, std::size_t at) {
  if (at < 2 || text.substr(at - 2, 7) != "sk-ant-" || inside_word(text, at - 2)) return std::nullopt;
  const std::size_t end = run_end(text, at + 5, is_token_byte);
  if (end - at < 25) return std::nullopt;
  return accept(text, at - 2, end, "an Anthropic API key");
}

}  // namespace

}  // namespace secret_anthropic

extern const SecretRule kSecretAnthropic;
const SecretRule kSecretAnthropic = {
    {"secret/anthropic", Severity::error, Scope::always, "an Anthropic API key",
     "Keys sk-ant-... spend the account owner's money. Whoever can read the repository, a fork or a backup can use it, "
     "and removing the line does not take it out of "
     "history.",
     "Revoke it and put the new one into an n8n credential or an environment variable."},
    "-",
    secret_anthropic::match};

}  // namespace kairon::lint
