#include "lint/support/secrets.h"

namespace kairon::lint {
namespace secret_aws {
namespace {

using namespace secret;
using std::string_view;

bool is_key_byte(char c) { return (c >= 'A' && c <= 'Z') || (c >= '2' && c <= '7'); }

std::optional<SecretMatch> match(string_view text, std::size_t at) {
  if (at < 1) return std::nullopt;
  const string_view prefix = text.substr(at - 1, 4);
  const std::size_t begin = prefix == "AKIA"                              ? at - 1
                            : at >= 2 && text.substr(at - 2, 4) == "ASIA" ? at - 2
                                                                          : text.size();
  if (begin == text.size() || inside_word(text, begin)) return std::nullopt;
  const std::size_t end = run_end(text, begin, is_key_byte);
  if (end - begin != 20 || run_end(text, end, is_token_byte) != end) return std::nullopt;
  return accept(text, begin, end, "an AWS access key id");
}

}  // namespace

}  // namespace secret_aws

extern const SecretRule kSecretAws;
const SecretRule kSecretAws = {
    {"secret/aws", Severity::error, Scope::always, "an AWS access key id",
     "Access key ids (AKIA..., ASIA...) stand beside their secret key, which has no shape of its own (AWS IAM user "
     "guide, \"IAM identifiers\"). Whoever can read the repository, a fork or a backup can use it, and removing the "
     "line does not take it out of "
     "history.",
     "Revoke it and put the new one into an n8n credential or an environment variable."},
    "IK",
    secret_aws::match};

}  // namespace kairon::lint
