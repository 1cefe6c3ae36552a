#include "lint/support/secrets.h"

namespace kairon::lint {
namespace secret_private_key {
namespace {

using namespace secret;
using std::string_view;

bool is_pem_byte(char c) { return is_alphanumeric(c) || c == '+' || c == '/' || c == '='; }

/// Line ends, and the two characters \n that mean one inside JavaScript strings.
std::size_t skip_line_ends(string_view text, std::size_t at) {
  while (at < text.size()) {
    if (text[at] == '\\' && at + 1 < text.size() && (text[at + 1] == 'n' || text[at + 1] == 'r')) {
      at += 2;
    } else if (text[at] == '\n' || text[at] == '\r' || text[at] == ' ') {
      ++at;
    } else {
      break;
    }
  }
  return at;
}

std::optional<SecretMatch> match_private_key(string_view text, std::size_t at) {
  static constexpr string_view kBegin = "-----BEGIN ";
  if (text.substr(at, kBegin.size()) != kBegin) return std::nullopt;
  const std::size_t label = at + kBegin.size();
  const std::size_t length = text.substr(label, 48).find("-----");
  if (length == string_view::npos) return std::nullopt;
  const std::size_t dashes = label + length;
  if (text.substr(label, dashes - label).find("PRIVATE KEY") == string_view::npos) return std::nullopt;
  const std::size_t body = skip_line_ends(text, dashes + 5);
  const std::size_t end = run_end(text, body, is_pem_byte);
  if (end - body < 40) return std::nullopt;
  if (is_placeholder(text.substr(body, end - body))) return std::nullopt;
  return SecretMatch{at, end, "a private key"};
}

}  // namespace

}  // namespace secret_private_key

extern const SecretRule kSecretPrivateKey;
const SecretRule kSecretPrivateKey = {
    {"secret/private-key", Severity::error, Scope::always, "holds a private key block",
     "A key in PEM form (RFC 7468) proves an identity: of a server, a service account, a deploy user. Whoever can read "
     "the repository, a fork or a backup can use it, and removing the line does not take it out of "
     "history.",
     "Revoke it and put the new one into an n8n credential or an environment variable."},
    {},
    "-----BEGIN",
    secret_private_key::match_private_key,
    SecretShape::format};

}  // namespace kairon::lint
