#include "lint/support/secrets.h"

namespace kairon::lint {
namespace secret_discord {
namespace {

using namespace secret;
using std::string_view;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::optional<SecretMatch> match_discord_hook(string_view text, std::size_t at) {
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
std::optional<SecretMatch> match_discord_token(string_view text, std::size_t at) {
  if (inside_word(text, at)) return std::nullopt;
  const string_view nearby = text.substr(at, 128);
  const std::size_t first = run_end(nearby, 0, is_token_byte);
  if (first < 23 || first > 30 || first == nearby.size() || nearby[first] != '.') return std::nullopt;
  const std::size_t second = run_end(nearby, first + 1, is_token_byte);
  if (second - first != 7 || second == nearby.size() || nearby[second] != '.') return std::nullopt;
  const std::size_t end = run_end(nearby, second + 1, is_token_byte);
  const auto id = decode_base64(nearby.substr(0, first));
  if (end - second - 1 < 27 || !id || run_end(*id, 0, is_digit) != id->size()) return std::nullopt;
  return accept(text, at, at + end, "a Discord bot token");
}

std::optional<SecretMatch> match_discord(string_view text, std::size_t at) {
  return text[at] == '/' ? match_discord_hook(text, at) : match_discord_token(text, at);
}

/// What base64 makes of the first two digits of an id and the begin of the third.
constexpr string_view kDiscordTriggers =
    "/api/webhooks/ "
    "MDA MDE MDI MDM MDQ MDU MDY MDc MDg MDk MTA MTE MTI MTM MTQ MTU MTY MTc MTg MTk "
    "MjA MjE MjI MjM MjQ MjU MjY Mjc Mjg Mjk MzA MzE MzI MzM MzQ MzU MzY Mzc Mzg Mzk "
    "NDA NDE NDI NDM NDQ NDU NDY NDc NDg NDk NTA NTE NTI NTM NTQ NTU NTY NTc NTg NTk "
    "NjA NjE NjI NjM NjQ NjU NjY Njc Njg Njk NzA NzE NzI NzM NzQ NzU NzY Nzc Nzg Nzk "
    "ODA ODE ODI ODM ODQ ODU ODY ODc ODg ODk OTA OTE OTI OTM OTQ OTU OTY OTc OTg OTk "
    "OjA OjE OjI OjM OjQ OjU OjY Ojc Ojg Ojk OzA OzE OzI OzM OzQ OzU OzY Ozc Ozg Ozk ";

}  // namespace

}  // namespace secret_discord

extern const SecretRule kSecretDiscord;
const SecretRule kSecretDiscord = {
    {"secret/discord", Severity::error, Scope::always, "holds a Discord bot token or webhook url",
     "A bot token gives full control of the bot; a webhook url posts without any other proof (Discord developer docs, "
     "\"Webhook resource\"). Whoever can read the repository, a fork or a backup can use it, and removing the line "
     "does not take it out of "
     "history.",
     "Revoke it and put the new one into an n8n credential or an environment variable."},
    {},
    secret_discord::kDiscordTriggers,
    secret_discord::match_discord};

}  // namespace kairon::lint
