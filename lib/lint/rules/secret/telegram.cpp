#include "lint/support/secrets.h"

namespace kairon::lint {
namespace secret_telegram {
namespace {

using namespace secret;
using std::string_view;

std::optional<SecretMatch> match_telegram(string_view text, std::size_t at) {
  std::size_t begin = at;
  while (begin > 0 && at - begin < 11 && text[begin - 1] >= '0' && text[begin - 1] <= '9') --begin;
  const std::size_t end = run_end(text, at + 1, is_token_byte);
  if (at - begin < 8 || at - begin > 10 || end - at - 1 != 35) return std::nullopt;
  return accept(text, begin, end, "a Telegram bot token");
}

}  // namespace

}  // namespace secret_telegram

extern const SecretRule kSecretTelegram;
const SecretRule kSecretTelegram = {
    {"secret/telegram", Severity::error, Scope::always, "holds a Telegram bot token",
     "Whoever has the token controls the bot (core.telegram.org/bots/api, \"Authorizing your bot\"). Whoever can read "
     "the repository, a fork or a backup can use it, and removing the line does not take it out of "
     "history.",
     "Revoke it and put the new one into an n8n credential or an environment variable."},
    {},
    ":AA :AE :AF :AG :AH",
    secret_telegram::match_telegram};

}  // namespace kairon::lint
