#include "smoke/local_n8n.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <random>
#include <thread>

#include "base/child_log.h"
#include "base/environment.h"
#include "base/error.h"
#include "base/file.h"
#include "base/format.h"
#include "base/signals.h"
#include "base/text.h"
#include "http/client.h"
#include "n8n/tree.h"
#include "postgres/connection.h"
#include "postgres/conninfo.h"

namespace kairon::smoke {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kStartPatience{180};
// 2.x does not start on a database in which it encrypted something with another key, and ours are copies of a cached
// one.
constexpr const char* kEncryptionKey = "kairon-throw-away";

std::string random_hex(std::size_t digits) {
  static std::random_device device;
  std::string out;
  while (out.size() < digits) out += format("{:08x}", device());
  return out.substr(0, digits);
}

/// A port that nobody listens on at this moment.
int unused_port() {
  const file::Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (!socket || ::bind(socket.get(), generic, size) != 0 || ::getsockname(socket.get(), generic, &size) != 0)
    throw environment_error("no free port on 127.0.0.1: " + file::last_error());
  return ntohs(address.sin_port);
}

struct Launch {
  const N8nProgram& program;
  std::string conninfo;
  std::string folder;
  std::vector<std::string> variables;
  std::function<std::string(std::string)> scrub;
};

std::vector<std::string> variables_for(const Launch& launch, int port) {
  const auto keywords = postgres::parse_conninfo(launch.conninfo).value_or(std::map<std::string, std::string>{});
  const auto of = [&keywords](const char* name) {
    const auto found = keywords.find(name);
    return found == keywords.end() ? std::string() : found->second;
  };
  std::vector<std::string> out = launch.variables;
  const auto set = [&out](const char* name, const std::string& value) { out.push_back(format("{}={}", name, value)); };
  for (const char* name : {"PATH", "TMPDIR", "LANG"})
    if (const auto value = environment::get(name)) set(name, *value);
  set("HOME", launch.folder);
  set("N8N_USER_FOLDER", launch.folder);
  set("N8N_ENCRYPTION_KEY", kEncryptionKey);
  set("N8N_PORT", std::to_string(port));
  set("N8N_LISTEN_ADDRESS", "127.0.0.1");
  set("N8N_HOST", "127.0.0.1");
  set("N8N_RUNNERS_BROKER_PORT", std::to_string(unused_port()));
  set("DB_TYPE", "postgresdb");
  set("DB_POSTGRESDB_HOST", of("host"));
  set("DB_POSTGRESDB_PORT", of("port"));
  set("DB_POSTGRESDB_USER", of("user"));
  set("DB_POSTGRESDB_PASSWORD", "none");
  set("DB_POSTGRESDB_DATABASE", of("dbname"));
  set("DB_POSTGRESDB_POOL_SIZE", "6");
  if (launch.program.major() < 2) set("N8N_RUNNERS_ENABLED", "false");
  for (const char* name : {"N8N_DIAGNOSTICS_ENABLED", "N8N_VERSION_NOTIFICATIONS_ENABLED", "N8N_TEMPLATES_ENABLED",
                           "N8N_PERSONALIZATION_ENABLED", "N8N_SECURE_COOKIE", "N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS",
                           "EXECUTIONS_DATA_PRUNE", "N8N_BLOCK_ENV_ACCESS_IN_NODE", "N8N_HIRING_BANNER_ENABLED"})
    set(name, "false");
  set("N8N_DISABLE_UI", "true");
  // The other engine needs a compiled module, which is not built without the packages' scripts.
  set("N8N_EXPRESSION_ENGINE", "legacy");
  set("N8N_LOG_LEVEL", "warn");
  set("N8N_GRACEFUL_SHUTDOWN_TIMEOUT", "1");
  set("TZ", "UTC");
  set("GENERIC_TIMEZONE", "UTC");
  return out;
}

/// In a group of its own, so that Ctrl-C reaches us alone and we end all of it; the kernel ends it when we are killed.
void stand_apart() {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
}

struct Running {
  process::Child child;
  std::string url;
};

Running start_n8n(const Launch& launch) {
  const int port = unused_port();
  process::Command command;
  command.argv = {launch.program.node, launch.program.script, "start"};
  command.folder = launch.folder;
  command.environment = variables_for(launch, port);
  command.in_child = stand_apart;
  Result<process::Child> child = process::Child::start(command, launch.folder + "/log");
  if (!child.ok()) throw environment_error("cannot start n8n: " + child.failure().text);
  return {std::move(*child), format("http://127.0.0.1:{}", port)};
}

void end_n8n(process::Child& child) {
  const pid_t group = child.pid();
  if (group <= 0) return;
  ::kill(-group, SIGKILL);  // its database goes as well: there is nothing to save
  static_cast<void>(child.stop(SIGKILL, std::chrono::milliseconds(2000)));
}

http::Response asked(http::Client& client, const std::string& method, const std::string& url,
                     std::optional<std::string> body = {}) {
  http::Request request;
  request.method = method;
  request.url = url;
  request.timeout = std::chrono::milliseconds(10000);
  request.identity = http::Identity::anonymous;
  if (body) request.headers = {{"Content-Type", "application/json"}};
  request.body = std::move(body);
  return client.send(request);
}

std::string why_not(const Launch& launch) {
  const std::string cause = cause_in_log_file(launch.folder + "/log");
  return launch.scrub ? launch.scrub(cause) : cause;
}

/// The routes below /rest are mounted last; without a cookie they answer 401.
void await_n8n(Running& running, const Launch& launch, const std::function<void(std::string_view)>& say) {
  http::Client client{http::ClientOptions{}};
  const Clock::time_point end = Clock::now() + kStartPatience;
  while (asked(client, "GET", running.url + "/rest/login").status != 401) {
    signals::check();
    if (!running.child.running() || Clock::now() > end)
      throw environment_error(format("n8n {} did not start: {}", launch.program.version, why_not(launch)),
                              "kairon smoke local --n8n FOLDER takes another one");
    say(format("n8n {} starts", launch.program.version));
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

/// Has n8n make its tables, and an owner whose password nobody knows.
void make_instance(const LocalN8n::Order& order, const std::string& conninfo,
                   const std::function<void(std::string_view)>& say) {
  const TempFolder folder("n8n");
  const Launch launch{order.program, conninfo, folder.path(), {}, order.scrub};
  Running running = start_n8n(launch);
  try {
    await_n8n(running, launch, say);
    http::Client client{http::ClientOptions{}};
    n8n::Tree owner = n8n::Tree::object();
    owner.set("email", "owner@example.org");
    owner.set("firstName", "Smoke");
    owner.set("lastName", "Test");
    owner.set("password", "A1" + random_hex(40));
    const http::Response made = asked(client, "POST", running.url + "/rest/owner/setup", owner.dump());
    if (made.status != 200)
      throw environment_error(format("n8n {} did not take an owner: HTTP {}", order.program.version, made.status));
  } catch (...) {
    end_n8n(running.child);
    throw;
  }
  end_n8n(running.child);
}

/// A key that begins so is looked up and not verified as a JWT, on 1.x and 2.x.
std::string new_key(const std::string& conninfo) {
  std::string key = "n8n_api_" + random_hex(40);
  std::string scopes;
  for (const char* scope : {"workflow:create",     "workflow:read",     "workflow:update",
                            "workflow:delete",     "workflow:list",     "workflow:activate",
                            "workflow:deactivate", "tag:create",        "tag:read",
                            "tag:update",          "tag:delete",        "tag:list",
                            "workflowTags:update", "workflowTags:list", "credential:create",
                            "credential:delete",   "credential:list",   "execution:read",
                            "execution:list",      "execution:delete"})
    scopes += format("{}\"{}\"", scopes.empty() ? "" : ",", scope);
  postgres::Connection db = postgres::Connection::require({.conninfo = conninfo, .application_name = "kairon smoke"});
  db.must("DELETE FROM user_api_keys");
  const std::array<postgres::Parameter, 2> parameters{key, "[" + scopes + "]"};
  db.must(
      "INSERT INTO user_api_keys (id, \"userId\", label, \"apiKey\", scopes, audience) SELECT 'kairon0000000001', id, "
      "'kairon', $1, $2::json, 'public-api' FROM \"user\" WHERE \"roleSlug\" = 'global:owner'",
      parameters);
  return key;
}

}  // namespace

LocalN8n::LocalN8n(const Order& order, const std::function<void(std::string_view)>& say) {
  postgres::EmbeddedOptions options;
  options.major = order.postgres_major;
  options.fence = order.fence;
  options.base_key = format("n8n {}, key {}", order.program.version, kEncryptionKey);
  options.load_base = [&](const postgres::EmbeddedOptions&, const std::string& conninfo) {
    make_instance(order, conninfo, say);
  };
  server_.emplace(postgres::EmbeddedServer::start(options));
  folder_.emplace("n8n");
  key_ = new_key(server_->conninfo());
  const Launch launch{order.program, server_->conninfo(), folder_->path(), order.variables, order.scrub};
  Running running = start_n8n(launch);
  url_ = running.url;
  try {
    await_n8n(running, launch, say);
  } catch (...) {
    end_n8n(running.child);
    throw;
  }
  process_.emplace(std::move(running.child));
}

LocalN8n::~LocalN8n() {
  if (process_) end_n8n(*process_);
}

}  // namespace kairon::smoke
