#include "lint/support/secrets.h"

namespace kairon::lint {
namespace secret_openai {
namespace {

using namespace secret;
using std::string_view;

std::optional<SecretMatch> match(string_view text, std::size_t at) {
  if (at < 2 || text.substr(at - 2, 3) != "sk-" || inside_word(text, at - 2)) return std::nullopt;
  const std::size_t end = run_end(text, at + 1, is_token_byte);
  const string_view rest = text.substr(at + 1, end - at - 1);
  if (rest.starts_with("ant-") || rest.size() < 20 || !is_mixed(rest)) return std::nullopt;
  // Without one of the known prefixes only an unbroken run is a key: "sk-some-css-class" is none.
  const bool prefixed = rest.starts_with("proj-") || rest.starts_with("svcacct-") || rest.starts_with("admin-") ||
                        rest.starts_with("or-v1-") || rest.starts_with("None-");
  if (!prefixed && (rest.size() < 32 || run_end(rest, 0, is_alphanumeric) < 20)) return std::nullopt;
  return accept(text, at - 2, end, rest.starts_with("or-") ? "an OpenRouter API key" : "an OpenAI API key");
}

}  // namespace

}  // namespace secret_openai

extern const SecretRule kSecretOpenai;
const SecretRule kSecretOpenai = {{"secret/openai", Severity::error, Scope::always, "an OpenAI API key",
                                   "Keys sk-..., sk-proj-..., sk-svcacct-..., sk-admin-... (and sk-or-... of "
                                   "OpenRouter) spend the account owner's money. Whoever can read the repository, a "
                                   "fork or a backup can use it, and removing the line does not take it out of "
                                   "history.",
                                   "Revoke it and put the new one into an n8n credential or an environment variable."},
                                  "-",
                                  secret_openai::match};

}  // namespace kairon::lint
