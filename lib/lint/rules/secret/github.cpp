#include "lint/support/secrets.h"

namespace kairon::lint {
namespace secret_github {
namespace {

constexpr TokenShape kGithubShapes[] = {
    {"ghp_", "a36+", "a GitHub token"}, {"gho_", "a36+", "a GitHub token"}, {"ghu_", "a36+", "a GitHub token"},
    {"ghs_", "t36+", "a GitHub token"}, {"ghr_", "a36+", "a GitHub token"}, {"github_pat_", "t36+", "a GitHub token"},
};

}  // namespace

}  // namespace secret_github

extern const SecretRule kSecretGithub;
const SecretRule kSecretGithub = {
    {"secret/github", Severity::error, Scope::always, "holds a GitHub token",
     "Tokens ghp_, gho_, ghu_, ghs_, ghr_ and github_pat_ act with the rights of their owner on every repository they "
     "reach (docs.github.com, \"About authentication to GitHub\"). Whoever can read the repository, a fork or a backup "
     "can use it, and removing the line does not take it out of "
     "history.",
     "Revoke it and put the new one into an n8n credential or an environment variable."},
    secret_github::kGithubShapes,
    "",
    nullptr};

}  // namespace kairon::lint
