#include "lint/support/secrets.h"

namespace kairon::lint {
namespace secret_slack {
namespace {

using namespace secret;
using std::string_view;

bool is_hook_path(char c) { return is_alphanumeric(c) || c == '/'; }

std::optional<SecretMatch> match_slack_hook(string_view text, std::size_t at) {
  static constexpr string_view kHost = "hooks.slack.com/";
  if (text.substr(at, kHost.size()) != kHost) return std::nullopt;
  const std::size_t path = at + kHost.size();
  const std::size_t id = text.substr(path, 12).find("/T");
  if (id == string_view::npos || text.substr(path, id) == "commands") return std::nullopt;  // these last half an hour
  const std::size_t begin = path + id + 1;
  const std::size_t end = run_end(text, begin, is_hook_path);
  if (end - begin < 30 || !looks_random(text.substr(begin, end - begin))) return std::nullopt;
  return accept(text, begin, end, "a Slack webhook url");
}

std::optional<SecretMatch> match_slack(string_view text, std::size_t at) {
  if (text[at] == 'h') return match_slack_hook(text, at);
  const string_view prefix = text.substr(at, 5);
  if (inside_word(text, at) || prefix.size() < 5 || prefix[4] != '-') return std::nullopt;
  const bool token = prefix.starts_with("xox") && string_view("abeprsdc").find(prefix[3]) != string_view::npos;
  if (!token && prefix != "xapp-") return std::nullopt;
  const std::size_t end = run_end(text, at + 5, is_token_byte);
  const string_view rest = text.substr(at + 5, end - at - 5);
  if (rest.size() < 20 || !is_mixed(rest) || !looks_random(rest)) return std::nullopt;
  return accept(text, at, end, "a Slack token");
}

}  // namespace

}  // namespace secret_slack

extern const SecretRule kSecretSlack;
const SecretRule kSecretSlack = {
    {"secret/slack", Severity::error, Scope::always, "holds a Slack token or incoming-webhook url",
     "Tokens xoxb-, xoxp-, xoxa-, xoxe-, xoxr-, xoxs- and xapp- act as the app or its user; whoever has an incoming "
     "webhook's url can post (api.slack.com, \"Token types\"). Whoever can read the repository, a fork or a backup can "
     "use it, and removing the line does not take it out of "
     "history.",
     "Revoke it and put the new one into an n8n credential or an environment variable."},
    {},
    "xox xapp- hooks.slack.com",
    secret_slack::match_slack};

}  // namespace kairon::lint
