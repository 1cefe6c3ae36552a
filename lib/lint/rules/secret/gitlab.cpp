#include <array>

#include "lint/support/secrets.h"
namespace kairon::lint {
namespace secret_gitlab {
namespace {

constexpr TokenShape kGitlabShapes[] = {
    {"glpat-", "t20+", "a GitLab token"},  {"gldt-", "t20+", "a GitLab token"},
    {"glrt-", "t20+", "a GitLab token"},   {"glcbt-", "t20+", "a GitLab token"},
    {"glptt-", "t20+", "a GitLab token"},  {"glft-", "t20+", "a GitLab token"},
    {"glsoat-", "t20+", "a GitLab token"}, {"glimt-", "t20+", "a GitLab token"},
    {"gloas-", "t20+", "a GitLab token"},  {"glagent-", "t20+", "a GitLab token"},
    {"glrtr-", "t20+", "a GitLab token"},  {"glwt-", "t20+", "a GitLab token"},
    {"glffct-", "t20+", "a GitLab token"}, {"GR1348941", "t20+", "a GitLab token"},
};

}  // namespace

}  // namespace secret_gitlab

extern const SecretRule kSecretGitlab;
const SecretRule kSecretGitlab = {{"secret/gitlab", Severity::error, Scope::always, "holds a GitLab token",
                                   "Tokens glpat-, gldt-, glrt-, glcbt-, glptt-, glsoat- act with the rights of their "
                                   "owner (docs.gitlab.com, \"Token prefixes\"). Whoever can read the repository, a "
                                   "fork or a backup can use it, and removing the line does not take it out of "
                                   "history.",
                                   "Revoke it and put the new one into an n8n credential or an environment variable."},
                                  secret_gitlab::kGitlabShapes,
                                  "",
                                  nullptr};

}  // namespace kairon::lint
