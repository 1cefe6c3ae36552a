#include "smoke/local_server.h"

#include <algorithm>
#include <optional>
#include <set>

#include "base/error.h"
#include "base/format.h"
#include "base/temp.h"
#include "base/text.h"
#include "check/schema_check.h"
#include "deploy/dev_version.h"
#include "deploy/journal.h"
#include "deploy/order.h"
#include "deploy/transaction.h"
#include "n8n/credential_store.h"
#include "notify/notification.h"
#include "postgres/binaries.h"
#include "postgres/conninfo.h"
#include "smoke/local_n8n.h"
#include "trial/base.h"
#include "trial/input.h"

namespace kairon::smoke {

namespace {

using n8n::Tree;

/// Names that workflows read as $env.NAME.
void env_names(const Tree& value, std::set<std::string>& out) {
  for (const Tree& one : value.items()) env_names(one, out);
  for (const auto& [key, one] : value.members()) env_names(one, out);
  const std::string& text = value.string();
  constexpr std::string_view kRead = "$env.";
  for (std::size_t at = text.find(kRead); at != std::string::npos; at = text.find(kRead, at + 1)) {
    std::size_t end = at + kRead.size();
    const auto is_name = [](char c) {
      return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    };
    while (end < text.size() && is_name(text[end])) ++end;
    if (end > at + kRead.size()) out.insert(text.substr(at + kRead.size(), end - at - kRead.size()));
  }
}

/// Stand-ins for the variables of the real servers, whose values are not for this machine.
std::vector<std::string> variables_of(const LocalOrder& order) {
  std::set<std::string> names;
  for (const n8n::Local& local : order.content.workflows) env_names(local.tree["nodes"], names);
  std::vector<std::string> out;
  for (const std::string& name : names) {
    // Ours, of the database and of node are not the repository's to set.
    const bool reserved = name.starts_with("N8N_") || name.starts_with("DB_") || name.starts_with("NODE_") ||
                          name.starts_with("LD_") || name == "PATH" || name == "HOME";
    if (reserved) continue;
    std::string value = "local-" + text::lower(name);
    if (name == "WEBHOOK_PATH") value = order.settings.value(config::kSmokeWebhookPath);
    if (name.ends_with("_URL")) value = "http://127.0.0.1:9";
    if (name.ends_with("_ID") || text::contains(name, "CHANNEL")) value = "100000000000000001";
    out.push_back(format("{}={}", name, value));
  }
  return out;
}

Tree postgres_data(const std::string& conninfo) {
  const auto keywords = postgres::parse_conninfo(conninfo).value_or(std::map<std::string, std::string>{});
  const auto of = [&keywords](const char* name, const char* otherwise) {
    const auto found = keywords.find(name);
    return found == keywords.end() || found->second.empty() ? std::string(otherwise) : found->second;
  };
  Tree data = Tree::object();
  data.set("host", of("host", "127.0.0.1"));
  data.set("port", Tree::integer(std::atoll(of("port", "5432").c_str())));
  data.set("database", of("dbname", "kairon"));
  data.set("user", of("user", "postgres"));
  data.set("password", of("password", "none"));
  data.set("ssl", "disable");
  data.set("sshTunnel", Tree::boolean(false));
  data.set("maxConnections", Tree::integer(4));
  data.set("allowUnauthorizedCerts", Tree::boolean(false));
  return data;
}

repository::Snapshot snapshot_of(const LocalOrder& order) {
  return order.commit.empty() ? repository::work_tree_snapshot(order.source.top(), order.settings)
                              : repository::tree_snapshot(order.source, order.commit, order.settings);
}

/// Names all that is missing at once, before npm takes minutes.
void require_programs(const LocalOrder& order) {
  std::vector<MissingProgram> missing = missing_programs(order.settings, order.n8n_folder);
  if (postgres::find_binaries().empty()) missing.push_back({"a PostgreSQL server", "postgresql"});
  if (missing.empty()) return;
  std::vector<std::string> names;
  std::string packages;
  for (const MissingProgram& one : missing) {
    names.push_back(one.what);
    packages += " " + one.package;
  }
  throw environment_error(format("kairon smoke local needs what is not installed here: {}", text::join(names, "; ")),
                          "install it: sudo apt-get install -y" + packages);
}

}  // namespace

struct LocalServer::Impl {
  Impl(const LocalOrder& wanted, const std::function<void(std::string_view)>& tell) : order(wanted), say(tell) {
    require_programs(order);
    const N8nProgram program = find_n8n(order.settings, order.n8n_folder, say);
    say("loading the schema");
    const trial::Base base = check::database_of(snapshot_of(order), order.source, order.commit, order.settings);
    database.emplace(base, order.settings.postgres_major());
    notes = database->notes();
    const notify::Scrubber scrubber(order.settings);
    n8n.emplace(LocalN8n::Order{program, base.fence, 0, variables_of(order),
                                [&scrubber](std::string text) { return scrubber.scrub(std::move(text)); }},
                say);
    open_session();
    deploy();
  }

  void open_session() {
    config::Target target;
    target.name = kLocalEnvironment;
    target.n8n_url = n8n->url();
    target.n8n_api_key = n8n->api_key();
    target.n8n_database = n8n->conninfo();
    target.database = database->trial_conninfo();
    target.approval = "none";
    session.emplace(std::move(target));
    session->api().wait_ready([this](std::string_view what) { say(what); });
  }

  void deploy() {
    say("deploying the dev version");
    deploy::DeployOrder wanted;
    wanted.environment = kLocalEnvironment;
    wanted.commit = order.content.commit;
    wanted.by = deploy::deployer();
    wanted.n8n_database = session->target().n8n_database;
    wanted.lock_database = session->target().n8n_database;
    wanted.locals = order.content.workflows;
    const deploy::DevVersion version(order.settings, order.content);
    for (n8n::Local& local : wanted.locals) version.apply(local.tree);
    make_credentials(wanted.locals);
    wanted.activate = version.to_activate(wanted.locals);
    for (const n8n::Local& local : wanted.locals)
      if (is_asked(local)) wanted.activate.insert(local.name);
    deploy::Journal journal(folder.path(), kLocalEnvironment);
    deploy::Past past(nullptr, "", {}, {});
    deploy::Deployment deployment(session->api(), journal, past, std::move(wanted));
    deploy::Plan plan = deployment.plan();
    if (!plan.problems.empty()) {
      std::string all;
      for (const auto& problem : plan.problems) all += "\n  " + text::printable(problem.message.text);
      throw Error(ExitCode::blocked, "the workflows cannot be deployed:" + all, "kairon check");
    }
    const deploy::DeployResult result = deployment.carry_out(std::move(plan));
    if (result.outcome == deploy::Outcome::interrupted) throw Error(ExitCode::interrupted, "interrupted");
    if (result.outcome != deploy::Outcome::deployed && result.outcome != deploy::Outcome::nothing_to_do)
      throw Error(ExitCode::blocked, "n8n does not take the workflows: " + result.failure.text, result.failure.remedy);
  }

  /// A case sends its message there.
  bool is_asked(const n8n::Local& local) const {
    const std::vector<n8n::Webhook> hooks = n8n::webhooks_of(local.tree);
    return std::any_of(hooks.begin(), hooks.end(), [this](const n8n::Webhook& hook) {
      return std::any_of(order.cases.begin(), order.cases.end(),
                         [&hook](const SmokeCase& test) { return test.webhook_path == hook.path; });
    });
  }

  // Of its own database the real ones; of all else empty ones, which no node of the dev version needs.
  void make_credentials(const std::vector<n8n::Local>& locals) {
    for (const auto& [type, name] : n8n::used_credentials(locals)) {
      const Tree data =
          type == "postgres" ? postgres_data(session->target().database) : n8n::blank_data(session->api(), type);
      const Result<void> made = n8n::create_credential(session->api(), {type, name, data});
      if (!made.ok())
        notes.push_back(format("no credential '{}' ({}): {}", text::printable(name), type, made.failure().text));
    }
  }

  const LocalOrder& order;
  const std::function<void(std::string_view)>& say;
  std::vector<std::string> notes;
  TempFolder folder{"journal"};
  std::optional<trial::Scratch> database;
  std::optional<LocalN8n> n8n;
  std::optional<target::DeploySession> session;
};

LocalServer::LocalServer(const LocalOrder& order, const std::function<void(std::string_view)>& say)
    : impl_(std::make_unique<Impl>(order, say)) {}
LocalServer::~LocalServer() = default;
target::DeploySession& LocalServer::session() { return *impl_->session; }
const std::vector<std::string>& LocalServer::notes() const { return impl_->notes; }

}  // namespace kairon::smoke
