#include "lint/support/secrets.h"

namespace kairon::lint {
namespace secret_slack {
namespace {

using namespace secret;
using std::string_view;

bool is_path(char c) { return is_alphanumeric(c) || c == '/'; }

std::optional<SecretMatch> match_hook(string_view text, std::size_t at) {
  static constexpr string_view kHost = "hooks.slack.com";
  if (at < kHost.size() || text.substr(at, 11) != "/services/T" || !text.substr(0, at).ends_with(kHost)) {
    return std::nullopt;
  }
  const std::size_t end = run_end(text, at + 10, is_path);
  if (end - at < 40) return std::nullopt;
  return accept(text, at + 10, end, "a Slack webhook url");
}

std::optional<SecretMatch> match(string_view text, std::size_t at) {
  if (text[at] == '/') return match_hook(text, at);
  if (at < 4 || inside_word(text, at - 4)) return std::nullopt;
  const string_view prefix = text.substr(at - 4, 4);
  const bool token = prefix.starts_with("xox") && string_view("abeprs").find(prefix[3]) != string_view::npos;
  if (!token && prefix != "xapp") return std::nullopt;
  const std::size_t end = run_end(text, at + 1, is_token_byte);
  if (end - at < 20 || !is_mixed(text.substr(at, end - at))) return std::nullopt;
  return accept(text, at - 4, end, "a Slack token");
}

}  // namespace

}  // namespace secret_slack

extern const SecretRule kSecretSlack;
const SecretRule kSecretSlack = {
    {"secret/slack", Severity::error, Scope::always, "a Slack token or incoming-webhook url",
     "Tokens xoxb-, xoxp-, xoxa-, xoxe-, xoxr-, xoxs- and xapp- act as the app or its user; whoever has an incoming "
     "webhook's url can post (api.slack.com, \"Token types\"). Whoever can read the repository, a fork or a backup can "
     "use it, and removing the line does not take it out of "
     "history.",
     "Revoke it and put the new one into an n8n credential or an environment variable."},
    "-/",
    secret_slack::match};

}  // namespace kairon::lint
