#include "doctor/network.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>

#include "base/format.h"
#include "base/text.h"
#include "n8n/credentials.h"
#include "n8n/lock.h"
#include "postgres/binaries.h"
#include "postgres/connection.h"
#include "repository/content.h"
#include "target/session.h"

namespace kairon::doctor {

namespace {

using postgres::Connection;
using postgres::Reply;

constexpr n8n::Patience kServerPatience{.ready = std::chrono::milliseconds(2000),
                                        .refused = std::chrono::milliseconds(500),
                                        .mend = std::chrono::milliseconds(1000),
                                        .pause = std::chrono::milliseconds(250)};
constexpr std::chrono::seconds kConnectPatience{3};

/// Collects the lines of one environment.
class Lines {
 public:
  explicit Lines(std::string environment) : environment_(std::move(environment)) {}
  void add(report::Health health, std::string_view detail, std::string remedy = {}) {
    all_.push_back({health, "environment", {format("{}: {}", environment_, detail), std::move(remedy)}});
  }
  /// Runs one check; what it throws is a failure of its own.
  void attempt(const std::function<void()>& check) {
    try {
      check();
    } catch (const Error& error) {
      if (error.code() == ExitCode::interrupted) throw;
      add(report::Health::fail, error.message().text, error.message().remedy);
    }
  }
  [[nodiscard]] const std::string& environment() const { return environment_; }
  [[nodiscard]] std::vector<report::Diagnosis> take() { return std::move(all_); }

 private:
  std::string environment_;
  std::vector<report::Diagnosis> all_;
};

void check_credentials(Lines& lines, const config::Settings& settings, git::GitSource& source, n8n::Api& api,
                       const std::string& n8n_database) {
  std::optional<std::vector<n8n::Credential>> known = api.credentials();
  if (!known && n8n_database.empty())
    return lines.add(report::Health::warn,
                     "n8n 1.x lists credentials only in its database, so those of the workflows were not compared",
                     format("git config kairon.env-{}.n8nDatabase CONNECTION", lines.environment()));
  if (!known) known = n8n::credentials_in_database(n8n_database);
  const n8n::CredentialMap map(*known);
  std::set<std::string> told;
  std::size_t uses = 0;
  for (n8n::Local& local : repository::read_content(source, settings, "").workflows) {
    n8n::rewrite_credentials(local.tree, [&](const n8n::CredentialUse& use) -> std::optional<n8n::Credential> {
      if (use.disabled) return std::nullopt;
      ++uses;
      const Result<std::string> id = map.id_of(use);
      // One line for a credential, not one for each of the nodes that use it.
      if (!id.ok() && told.insert(use.type + "/" + use.name).second)
        lines.add(report::Health::fail, format("{}: {}", local.path, id.failure().text), id.failure().remedy);
      return std::nullopt;
    });
  }
  if (told.empty()) lines.add(report::Health::ok, format("has the credentials of all {} nodes that name one", uses));
}

void check_n8n(Lines& lines, const config::Settings& settings, git::GitSource* source, target::DeploySession& session) {
  session.api().wait_ready();
  lines.add(report::Health::ok, format("n8n at {} answers and takes the key", session.api().base_url()));
  if (source == nullptr) return;
  lines.attempt([&] { check_credentials(lines, settings, *source, session.api(), session.target().n8n_database); });
}

Connection connect(const std::string& conninfo) {
  Result<Connection> opened = Connection::open(
      {.conninfo = conninfo, .application_name = "kairon doctor", .connect_timeout = kConnectPatience});
  if (!opened.ok())
    throw environment_error(opened.failure().text, opened.failure().remedy.empty()
                                                       ? "start PostgreSQL, or correct the connection string"
                                                       : opened.failure().remedy);
  return std::move(opened).value();
}

/// What migrations and backups may do there. PostgreSQL docs: "Access Privilege Inquiry Functions".
constexpr const char* kRights =
    "SELECT current_user, coalesce(current_schema(), ''), "
    "coalesce(has_schema_privilege(current_schema(), 'CREATE'), false), pg_is_in_recovery(), "
    "count(*) FILTER (WHERE NOT has_table_privilege(c.oid, 'SELECT')), "
    "count(*) FILTER (WHERE NOT pg_has_role(c.relowner, 'USAGE')), count(*), "
    "min(c.oid::regclass::text) FILTER (WHERE NOT has_table_privilege(c.oid, 'SELECT')), "
    "min(c.oid::regclass::text) FILTER (WHERE NOT pg_has_role(c.relowner, 'USAGE')) "
    "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND n.nspname <> "
    "'information_schema' AND n.nspname !~ '^pg_' AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND "
    "d.deptype = 'e')";

void check_dump_version(Lines& lines, int server_version) {
  const int server = server_version / 10000;
  int newest = 0;
  for (const postgres::Binaries& found : postgres::find_binaries()) newest = std::max(newest, found.major);
  if (newest < server)
    lines.add(report::Health::fail,
              format("its server is PostgreSQL {}, and the newest pg_dump here is of {}: no backups", server, newest),
              format("apt-get install postgresql-client-{}", server));
}

void check_database(Lines& lines, const config::Settings& settings, const std::string& conninfo) {
  Connection db = connect(conninfo);
  const Reply row = db.must(kRights);
  const std::string user(row.text(0, 0));
  const std::string schema(row.text(0, 1));
  const long long unreadable = row.integer(0, 4);
  const long long foreign = row.integer(0, 5);
  if (row.boolean(0, 3))
    lines.add(report::Health::fail, format("{} is a read-only standby: nothing can be migrated there", db.shown()),
              "point the setting to the primary server");
  else if (!row.boolean(0, 2))
    lines.add(
        report::Health::fail,
        format("{} may not create anything in schema '{}' of {}: migrations cannot run", user, schema, db.shown()),
        format("GRANT CREATE ON SCHEMA {} TO {};", schema.empty() ? "public" : schema, user));
  if (unreadable > 0)
    lines.add(report::Health::fail,
              format("{} may not read {} of {} tables ({}): a backup is not whole", user, unreadable, row.integer(0, 6),
                     row.text(0, 7)),
              format("GRANT pg_read_all_data TO {};", user));
  if (foreign > 0)
    lines.add(report::Health::warn,
              format("{} of {} tables are not {}'s ({}): migrations cannot alter them", foreign, row.integer(0, 6),
                     user, row.text(0, 8)),
              format("ALTER TABLE {} OWNER TO {};", row.text(0, 8), user));
  if (unreadable + foreign == 0 && row.boolean(0, 2) && !row.boolean(0, 3))
    lines.add(report::Health::ok,
              format("{} (PostgreSQL {}): {} may migrate and back up {}", db.shown(), db.parameter("server_version"),
                     user, text::counted(static_cast<std::size_t>(row.integer(0, 6)), "table")));
  if (!settings.value(config::kBackupDirectory).empty()) check_dump_version(lines, db.server_version());
}

void check_n8n_database(Lines& lines, const std::string& conninfo) {
  Connection db = connect(conninfo);
  const Reply row = db.must(
      "SELECT to_regclass('credentials_entity') IS NOT NULL, "
      "coalesce(has_table_privilege(to_regclass('credentials_entity'), 'SELECT'), false)");
  if (!row.boolean(0, 0))
    return lines.add(report::Health::fail, format("n8nDatabase {} is not n8n's database", db.shown()),
                     format("correct kairon.env-{}.n8nDatabase", lines.environment()));
  if (!row.boolean(0, 1))
    return lines.add(report::Health::fail, format("n8nDatabase {}: credentials_entity may not be read", db.shown()),
                     "GRANT SELECT ON credentials_entity, webhook_entity TO the user;");
  lines.add(report::Health::ok, format("n8n's database {} lists the credentials", db.shown()));
}

}  // namespace

std::vector<report::Diagnosis> check_environment(const config::Settings& settings, git::GitSource* source,
                                                 const std::string& environment) {
  Lines lines(environment);
  config::Target target = settings.target(environment);
  std::optional<target::DeploySession> session;
  if (target.configured()) {
    lines.attempt([&] {
      session.emplace(target::required_target(settings, environment), kServerPatience);
      target = session->target();
    });
    if (!session && !target.ssh_host.empty()) return lines.take();  // everything is behind the tunnel
  }
  if (session) lines.attempt([&] { check_n8n(lines, settings, source, *session); });
  if (!target.database.empty()) lines.attempt([&] { check_database(lines, settings, target.database); });
  if (!target.n8n_database.empty()) lines.attempt([&] { check_n8n_database(lines, target.n8n_database); });
  return lines.take();
}

}  // namespace kairon::doctor
