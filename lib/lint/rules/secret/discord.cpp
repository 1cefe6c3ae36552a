#include "lint/support/secrets.h"

namespace kairon::lint {
namespace secret_discord {
namespace {

using namespace secret;
using std::string_view;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::optional<SecretMatch> match_hook(string_view text, std::size_t at) {
  static constexpr string_view kPath = "/api/webhooks/";
  const string_view host = text.substr(0, at);
  if (text.substr(at, kPath.size()) != kPath || !(host.ends_with("discord.com") || host.ends_with("discordapp.com"))) {
    return std::nullopt;
  }
  const std::size_t id = at + kPath.size();
  const std::size_t slash = run_end(text, id, is_digit);
  if (slash - id < 15 || slash >= text.size() || text[slash] != '/') return std::nullopt;
  const std::size_t end = run_end(text, slash + 1, is_token_byte);
  if (end - slash < 40) return std::nullopt;
  return accept(text, slash + 1, end, "a Discord webhook url");
}

/// A bot token is three parts: the bot's id in base64, a time stamp of six characters, a signature.
std::optional<SecretMatch> match_token(string_view text, std::size_t at) {
  if (at + 7 >= text.size() || text[at + 7] != '.' || run_end(text, at + 1, is_token_byte) != at + 7) {
    return std::nullopt;
  }
  std::size_t begin = at;
  while (begin > 0 && is_token_byte(text[begin - 1])) --begin;
  const std::size_t end = run_end(text, at + 8, is_token_byte);
  if (at - begin < 23 || at - begin > 30 || end - at - 8 < 27) return std::nullopt;
  const auto id = decode_base64(text.substr(begin, at - begin));
  if (!id || run_end(*id, 0, is_digit) != id->size()) return std::nullopt;
  return accept(text, begin, end, "a Discord bot token");
}

std::optional<SecretMatch> match(string_view text, std::size_t at) {
  return text[at] == '/' ? match_hook(text, at) : match_token(text, at);
}

}  // namespace

}  // namespace secret_discord

extern const SecretRule kSecretDiscord;
const SecretRule kSecretDiscord = {
    {"secret/discord", Severity::error, Scope::always, "a Discord bot token or webhook url",
     "A bot token gives full control of the bot; a webhook url posts without any other proof (Discord developer docs, "
     "\"Webhook resource\"). Whoever can read the repository, a fork or a backup can use it, and removing the line "
     "does not take it out of "
     "history.",
     "Revoke it and put the new one into an n8n credential or an environment variable."},
    "./",
    secret_discord::match};

}  // namespace kairon::lint
