#include "lint/support/secrets.h"

namespace kairon::lint {
namespace secret_private_key {
namespace {

using namespace secret;
using std::string_view;

bool is_pem_byte(char c) { return is_alphanumeric(c) || c == '+' || c == '/' || c == '='; }

/// Line ends, also as characters that mean one: a text inside of a quoted text has several backslashes before the n.
std::size_t skip_line_ends(string_view text, std::size_t at) {
  while (at < text.size()) {
    const std::size_t letter = run_end(text, at, [](char c) { return c == '\\'; });
    if (letter > at && letter < text.size() && (text[letter] == 'n' || text[letter] == 'r')) {
      at = letter + 1;
    } else if (text[at] == '\n' || text[at] == '\r' || text[at] == ' ') {
      ++at;
    } else {
      break;
    }
  }
  return at;
}

/// True when a line of a key is among the bytes of a block: encrypted keys of the older form begin with two headers.
bool has_key_line(string_view block) {
  constexpr std::size_t kShortestLine = 40;
  for (std::size_t at = 0; at < block.size();) {
    const std::size_t end = run_end(block, at, is_pem_byte);
    if (end - at >= kShortestLine && !is_placeholder(block.substr(at, end - at))) return true;
    at = end + 1;
  }
  return false;
}

/// The end of a block without a last line: that of its lines.
std::size_t lines_end(string_view text, std::size_t at) {
  for (std::size_t end = at;;) {
    const std::size_t line = skip_line_ends(text, end);
    const std::size_t next = run_end(text, line, is_pem_byte);
    if (next == line) return end;
    end = next;
  }
}

std::optional<SecretMatch> match_private_key(string_view text, std::size_t at) {
  static constexpr string_view kBegin = "-----BEGIN ";
  static constexpr string_view kDashes = "-----";
  if (text.substr(at, kBegin.size()) != kBegin) return std::nullopt;
  const std::size_t label = at + kBegin.size();
  const std::size_t length = text.substr(label, 48).find(kDashes);
  if (length == string_view::npos) return std::nullopt;
  const std::size_t dashes = label + length;
  if (text.substr(label, dashes - label).find("PRIVATE KEY") == string_view::npos) return std::nullopt;
  const std::size_t body = dashes + kDashes.size();
  const std::size_t last = text.find(kDashes, body);  // of another block when this one has no end
  std::size_t end = lines_end(text, body);
  if (last != string_view::npos && text.substr(last, 9) == "-----END ") {
    const std::size_t close = text.substr(last + kDashes.size(), 64).find(kDashes);
    end = close == string_view::npos ? last + kDashes.size() : last + 2 * kDashes.size() + close;
  }
  if (!has_key_line(text.substr(body, end - body))) return std::nullopt;
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
