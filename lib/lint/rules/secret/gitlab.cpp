#include <array>

#include "lint/support/secrets.h"
namespace kairon::lint {
namespace secret_gitlab {
namespace {

using namespace secret;
using std::string_view;

std::optional<SecretMatch> match(string_view text, std::size_t at) {
  static constexpr std::array<string_view, 6> kPrefixes = {"glpat", "gldt", "glrt", "glcbt", "glptt", "glsoat"};
  for (const string_view prefix : kPrefixes) {
    if (at < prefix.size() || text.substr(at - prefix.size(), prefix.size()) != prefix) continue;
    const std::size_t begin = at - prefix.size();
    if (inside_word(text, begin)) return std::nullopt;
    const std::size_t end = run_end(text, at + 1, is_token_byte);
    if (end - at - 1 < 20) return std::nullopt;
    return accept(text, begin, end, "a GitLab token");
  }
  return std::nullopt;
}

}  // namespace

}  // namespace secret_gitlab

extern const SecretRule kSecretGitlab;
const SecretRule kSecretGitlab = {{"secret/gitlab", Severity::error, Scope::always, "a GitLab token",
                                   "Tokens glpat-, gldt-, glrt-, glcbt-, glptt-, glsoat- act with the rights of their "
                                   "owner (docs.gitlab.com, \"Token prefixes\"). Whoever can read the repository, a "
                                   "fork or a backup can use it, and removing the line does not take it out of "
                                   "history.",
                                   "Revoke it and put the new one into an n8n credential or an environment variable."},
                                  "-",
                                  secret_gitlab::match};

}  // namespace kairon::lint
