#include "lint/support/secrets.h"

namespace kairon::lint {
namespace secret_github {
namespace {

using namespace secret;
using std::string_view;

bool is_word(char c) { return is_alphanumeric(c) || c == '_'; }

std::optional<SecretMatch> match(string_view text, std::size_t at) {
  if (at >= 3 && text.substr(at - 3, 2) == "gh" && string_view("pousr").find(text[at - 1]) != string_view::npos &&
      !inside_word(text, at - 3)) {
    const std::size_t end = run_end(text, at + 1, is_alphanumeric);
    if (end - at - 1 >= 36) return accept(text, at - 3, end, "a GitHub token");
  }
  if (at >= 10 && text.substr(at - 10, 11) == "github_pat_" && !inside_word(text, at - 10)) {
    const std::size_t end = run_end(text, at + 1, is_word);
    if (end - at - 1 >= 36) return accept(text, at - 10, end, "a GitHub token");
  }
  return std::nullopt;
}

}  // namespace

}  // namespace secret_github

extern const SecretRule kSecretGithub;
const SecretRule kSecretGithub = {
    {"secret/github", Severity::error, Scope::always, "a GitHub token",
     "Tokens ghp_, gho_, ghu_, ghs_, ghr_ and github_pat_ act with the rights of their owner on every repository they "
     "reach (docs.github.com, \"About authentication to GitHub\"). Whoever can read the repository, a fork or a backup "
     "can use it, and removing the line does not take it out of "
     "history.",
     "Revoke it and put the new one into an n8n credential or an environment variable."},
    "_",
    secret_github::match};

}  // namespace kairon::lint
