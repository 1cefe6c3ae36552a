#include "lint/support/secrets.h"

namespace kairon::lint {
namespace secret_aws {
namespace {

using namespace secret;
using std::string_view;

bool is_key_byte(char c) { return (c >= 'A' && c <= 'Z') || (c >= '2' && c <= '7'); }

std::optional<SecretMatch> match_aws(string_view text, std::size_t at) {
  const string_view prefix = text.substr(at, 4);
  if ((prefix != "AKIA" && prefix != "ASIA") || inside_word(text, at)) return std::nullopt;
  const std::size_t end = run_end(text, at, is_key_byte);
  if (end - at != 20 || run_end(text, end, is_token_byte) != end) return std::nullopt;
  if (!looks_random(text.substr(at + 4, 16))) return std::nullopt;
  return accept(text, at, end, "an AWS access key id");
}

constexpr TokenShape kAwsShapes[] = {
    {"ABSK", "b109+", "an Amazon Bedrock API key"},
    {"amzn.mws.", "h8 - h4 - h4 - h4 - h12", "an Amazon MWS token"},
    {"amzn1.oa2-cs.v1.", "h64", "an Amazon OAuth client secret"},
};

}  // namespace

}  // namespace secret_aws

extern const SecretRule kSecretAws;
const SecretRule kSecretAws = {
    {"secret/aws", Severity::error, Scope::always, "holds an AWS access key id",
     "Access key ids (AKIA..., ASIA...) come with their secret key, which has no shape of its own (AWS IAM user "
     "guide, \"IAM identifiers\"). Whoever can read the repository, a fork or a backup can use it, and removing the "
     "line does not take it out of "
     "history.",
     "Revoke it and put the new one into an n8n credential or an environment variable."},
    secret_aws::kAwsShapes,
    "AKIA ASIA",
    secret_aws::match_aws};

}  // namespace kairon::lint
