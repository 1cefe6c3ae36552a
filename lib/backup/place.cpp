#include "backup/place.h"

#include <set>
#include <utility>

#include "base/arguments.h"
#include "base/environments.h"
#include "base/error.h"
#include "base/format.h"
#include "base/guard.h"
#include "base/text.h"
#include "n8n/credentials.h"
#include "target/session.h"

namespace kairon::backup {

namespace {

using n8n::Tree;

bool has_anything(const config::Target& target) { return !target.database.empty() || target.configured(); }

Tree credentials_of(const std::vector<Tree>& workflows) {
  std::set<std::pair<std::string, std::string>> used;
  for (Tree workflow : workflows) {
    n8n::rewrite_credentials(workflow, [&](const n8n::CredentialUse& use) -> std::optional<n8n::Credential> {
      used.emplace(use.type, use.name);
      return std::nullopt;
    });
  }
  Tree list = Tree::array();
  for (const auto& [type, name] : used) {
    Tree one = Tree::object();
    one.set("type", Tree(type));
    one.set("name", Tree(name));
    list.push(std::move(one));
  }
  return list;
}

WorkflowsRecord save_workflows(const config::Target& target, const std::string& folder, const Recipient& recipient) {
  target::DeploySession session(target);
  session.api().wait_ready();
  std::vector<Tree> workflows = session.api().workflows();
  std::vector<Tree> tags = session.api().tags();
  WorkflowsRecord record;
  record.url = target.n8n_url;
  record.workflows = static_cast<long long>(workflows.size());
  record.tags = static_cast<long long>(tags.size());
  Tree all = Tree::object();
  all.set("version", Tree::integer(1));
  all.set("url", Tree(target.n8n_url));
  all.set("credentials", credentials_of(workflows));
  all.set("tags", Tree::array()).items() = std::move(tags);
  all.set("workflows", Tree::array()).items() = std::move(workflows);
  SealedFile sealed(folder + "/n8n.json" + ending_of(recipient.kind), recipient);
  sealed.write(all.dump(json::Writer::Style::pretty) + "\n");
  record.file = sealed.finish();
  return record;
}

}  // namespace

BackupPlace find_backup_place() {
  auto source = git::open();
  config::Settings settings = config::load(source.get());
  std::string top = source ? source->top() : ".";
  return {std::move(source), std::move(settings), std::move(top)};
}

std::string backup_environment(const config::Settings& settings, const std::string& word) {
  if (!word.empty()) return environment_name(word);
  std::vector<std::string> having;
  // Clang 14 does not compile views::reverse of libstdc++ 12.
  for (auto name = kEnvironments.rbegin(); name != kEnvironments.rend(); ++name)
    if (has_anything(settings.target(*name))) having.emplace_back(*name);
  if (having.empty())
    throw usage_error("no environment has a database or an n8n",
                      "git config kairon.env-prod.database postgresql://user@host/name");
  if (having.front() != "prod" && having.size() > 1)
    throw usage_error("several environments are configured", "say which: " + text::join(having, " or "));
  return having.front();
}

BackupStore backup_store(const BackupPlace& place, const std::string& environment) {
  const std::string directory = backup_directory(place.settings, place.top);
  if (directory.empty())
    throw usage_error("no folder for backups is set", "git config kairon.backup.directory /var/backups/kairon");
  return {directory, environment};
}

SaveWorkflows workflow_saver(const config::Target& target) {
  return [target](const std::string& folder, const Recipient& recipient) {
    return save_workflows(target, folder, recipient);
  };
}

BackupRequest full_backup_request(const BackupPlace& place, const std::string& environment) {
  BackupRequest request = backup_request(place.settings, place.top, environment);
  request.tool = format("kairon {}", version());
  if (request.target.configured()) request.workflows = workflow_saver(request.target);
  return request;
}

}  // namespace kairon::backup
