#include "lint/support/secrets.h"

namespace kairon::lint {
namespace secret_openai {
namespace {

using namespace secret;
using std::string_view;

std::optional<SecretMatch> match_openai(string_view text, std::size_t at) {
  if (text.substr(at, 3) != "sk-" || inside_word(text, at)) return std::nullopt;
  const std::size_t end = run_end(text, at + 3, is_token_byte);
  const string_view rest = text.substr(at + 3, end - at - 3);
  if (rest.starts_with("ant-") || rest.starts_with("lf-") || rest.size() < 20 || !is_mixed(rest)) return std::nullopt;
  // Without one of the known prefixes only an unbroken run is a key: "sk-some-css-class" is none.
  const bool prefixed = rest.starts_with("proj-") || rest.starts_with("svcacct-") || rest.starts_with("admin-") ||
                        rest.starts_with("or-v1-") || rest.starts_with("None-");
  if (!prefixed && (rest.size() < 32 || run_end(rest, 0, is_alphanumeric) < 20)) return std::nullopt;
  if (!looks_random(rest)) return std::nullopt;
  return accept(text, at, end, rest.starts_with("or-") ? "an OpenRouter API key" : "an OpenAI API key");
}

}  // namespace

}  // namespace secret_openai

extern const SecretRule kSecretOpenai;
const SecretRule kSecretOpenai = {{"secret/openai", Severity::error, Scope::always, "holds an OpenAI API key",
                                   "Keys sk-..., sk-proj-..., sk-svcacct-..., sk-admin-... (and sk-or-... of "
                                   "OpenRouter) spend the account owner's money. Whoever can read the repository, a "
                                   "fork or a backup can use it, and removing the line does not take it out of "
                                   "history.",
                                   "Revoke it and put the new one into an n8n credential or an environment variable."},
                                  {},
                                  "sk-",
                                  secret_openai::match_openai};

}  // namespace kairon::lint
