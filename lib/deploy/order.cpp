#include "deploy/order.h"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <functional>

#include "base/format.h"
#include "base/terminal.h"
#include "base/text.h"
#include "deploy/dev_version.h"

namespace kairon::deploy {

std::string deployer() {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host = {"localhost"};
  const passwd* account = ::getpwuid(::getuid());
  const std::string user = account == nullptr ? std::to_string(::getuid()) : account->pw_name;
  return user + "@" + host.data();
}

void write_row(const config::Target& target, const DeploymentRow& row) {
  if (target.database.empty()) return;
  if (const Result<void> written = record_deployment(target.database, row); !written.ok())
    terminal::print(terminal::Channel::err,
                    format("warning: kairon_deployments not written: {}", text::printable(written.failure().text)));
}

DeployOrder deploy_order(const DeployScene& scene, const config::Target& target, const DeployFlags& flags) {
  DeployOrder order;
  order.environment = target.name;
  order.commit = scene.content.commit;
  order.by = deployer();
  order.n8n_database = target.n8n_database;
  order.lock_database = target.database.empty() ? target.n8n_database : target.database;
  order.only = flags.only;
  order.overwrite = flags.overwrite;
  order.prune = flags.prune;
  order.locals = scene.content.workflows;
  if (target.name == "dev") {
    const DevVersion version(scene.settings, scene.content);
    for (n8n::Local& local : order.locals) version.apply(local.tree);
    order.activate = version.to_activate(order.locals);
  }
  return order;
}

Past deploy_past(const DeployScene& scene, const std::string& environment) {
  const std::string tip =
      scene.content.commit.empty() ? scene.source.resolve_commit("HEAD").value_or("") : scene.content.commit;
  std::function<void(n8n::Tree&)> transform;
  if (environment == "dev")
    transform = [version = DevVersion(scene.settings, scene.content)](n8n::Tree& tree) { version.apply(tree); };
  return {&scene.source, tip,
          [&settings = scene.settings](std::string_view path) { return settings.is_workflow_path(path); },
          std::move(transform)};
}

}  // namespace kairon::deploy
