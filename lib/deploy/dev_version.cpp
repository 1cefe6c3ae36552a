#include "deploy/dev_version.h"

#include "base/error.h"
#include "base/format.h"
#include "base/text.h"
#include "deploy/recorded.h"

namespace kairon::deploy {

namespace {

std::string trimmed_path(std::string_view path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  return std::string(path);
}

}  // namespace

DevVersion::DevVersion(const config::Settings& settings, const repository::DeployContent& content) {
  for (const std::string& host : settings.value(config::kEnvAllowHost, "dev"))
    options_.allowed_hosts.insert(text::lower(host));
  options_.webhook_path = trimmed_path(settings.value(config::kSmokeWebhookPath));
  options_.recorded = recorded_answers(content);
  if (!content.answers) return;
  const Result<n8n::Tree> answers = n8n::Tree::parse(content.answers->text);
  if (!answers.ok() || !answers->is_object())
    throw usage_error(format("{}: {}", content.answers->path, answers.ok() ? "no JSON object" : answers.failure().text),
                      "it maps \"Workflow/Node\" to what the mock of that node answers");
  for (const auto& [node, answer] : answers->members()) options_.answers[node] = answer;
}

std::set<std::string> DevVersion::to_activate(const std::vector<n8n::Local>& transformed) const {
  std::set<std::string> names;
  for (const n8n::Local& local : transformed)
    for (const n8n::Webhook& hook : n8n::webhooks_of(local.tree))
      if (hook.path == options_.webhook_path || hook.path.starts_with("kairon-dev/")) names.insert(local.name);
  return names;
}

}  // namespace kairon::deploy
