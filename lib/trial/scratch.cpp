#include <unistd.h>

#include <chrono>
#include <ctime>
#include <thread>

#include "base/environment.h"
#include "base/error.h"
#include "base/format.h"
#include "base/signals.h"
#include "base/text.h"
#include "postgres/conninfo.h"
#include "postgres/launch.h"
#include "postgres/quote.h"
#include "trial/base.h"

namespace kairon::trial {

namespace {

/// "kair" as ASCII: first key of the advisory lock that says that a scratch database is in use; the second
/// is its name's hash.
constexpr const char* kAlive = "1801548146";

/// Scratch databases of trials that were killed: nobody is connected to them, nobody holds their lock.
/// pg_locks shows the locks of all databases.
void drop_leftovers(postgres::Connection& admin, std::vector<std::string>& notes) {
  const postgres::Reply left = admin.execute(
      format("SELECT quote_ident(datname) FROM pg_database d WHERE datname ~ '^kairon_trial_[0-9]+_[0-9]+$' AND "
             "pg_has_role(datdba, 'USAGE') AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datid = d.oid) AND "
             "NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = {} AND objid::bigint = "
             "hashtext(datname)::bigint & 4294967295) ORDER BY 1",
             kAlive));
  if (!left.ok()) return;
  for (std::size_t row = 0; row < left.size(); ++row) {
    // Without FORCE: who has come meanwhile stays.
    if (admin.execute(format("DROP DATABASE IF EXISTS {}", left.text(row, 0))).ok())
      notes.push_back(format("{}, which a trial that was killed had left, is gone", left.text(row, 0)));
  }
}

/// What the session's role may do beyond its databases, "" when nothing: no fence is possible around somebody's server.
std::string powers_of(postgres::Connection& db) {
  const postgres::Reply role = db.must(
      "SELECT r.rolname, r.rolsuper, (SELECT pg_catalog.string_agg(m.rolname, ', ') FROM pg_catalog.pg_roles m WHERE "
      "m.rolname IN ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files') AND "
      "pg_catalog.pg_has_role(r.oid, m.oid, 'MEMBER')), r.rolcreaterole AND "
      "pg_catalog.current_setting('server_version_num')::int < 160000 FROM pg_catalog.pg_roles r WHERE r.rolname = "
      "session_user");
  const std::string name = text::printable(role.text(0, 0));
  if (role.boolean(0, 1)) return format("the superuser {}", name);
  if (!role.null(0, 2)) return format("{}, a member of {}", name, role.text(0, 2));
  return role.boolean(0, 3) ? format("{}, who may make himself a member of every role", name) : std::string();
}

/// CREATE DATABASE copies neither the privileges on the database nor its settings, which migrations give and change.
void carry_over(postgres::Connection& db, const std::string& from, const std::string& to) {
  const postgres::Reply grants = db.must(
      format("SELECT coalesce(quote_ident(r.rolname), 'PUBLIC'), a.privilege_type, a.is_grantable FROM pg_database d "
             "CROSS JOIN LATERAL aclexplode(d.datacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee WHERE d.datname = "
             "'{}' AND a.grantee <> d.datdba",
             from));
  const bool changed =
      db.must(format("SELECT datacl IS NOT NULL FROM pg_database WHERE datname = '{}'", from)).boolean(0, 0);
  if (changed) db.must(format("REVOKE ALL ON DATABASE {} FROM PUBLIC", to));
  for (std::size_t row = 0; row < grants.size(); ++row)
    db.must(format("GRANT {} ON DATABASE {} TO {}{}", grants.text(row, 1), to, grants.text(row, 0),
                   grants.boolean(row, 2) ? " WITH GRANT OPTION" : ""));
  // Only the catalog knows a setting as it was written.
  db.must(format(
      "SET allow_system_table_mods = on; INSERT INTO pg_db_role_setting (setdatabase, setrole, setconfig) SELECT "
      "n.oid, s.setrole, s.setconfig FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase JOIN "
      "pg_database n ON n.datname = '{}' WHERE d.datname = '{}'; RESET allow_system_table_mods",
      to, from));
}

Error too_powerful(const std::string& powers) {
  return environment_error(
      format("KAIRON_TEST_DATABASE_URL connects as {}: the SQL of this repository could run programs on that server",
             powers),
      "connect as a role for trials: CREATE ROLE kairon_test LOGIN CREATEDB; or, for SQL that you trust: git config "
      "kairon.gate.fence off");
}

}  // namespace

Scratch::Scratch(const Base& base, int major) {
  const auto url = environment::get("KAIRON_TEST_DATABASE_URL");
  if (!url || url->empty()) {
    postgres::EmbeddedOptions options;
    options.major = major;
    options.fence = base.fence;
    // A restored backup is somebody's data: it is never kept in the cache.
    if (base.backup.empty()) options.base_key = base_key(base);
    const postgres::Binaries binaries = postgres::require_binaries(major);
    options.load_base = [&](const postgres::EmbeddedOptions&, const std::string& conninfo) {
      notes_ = load_base(base, conninfo, &binaries);
    };
    server_.emplace(postgres::EmbeddedServer::start(options));
    if (base.missing == MissingExtensions::stub && !options.base_key.empty() && outdated()) {
      server_.reset();
      postgres::forget_base(options);
      server_.emplace(postgres::EmbeddedServer::start(options));
    }
    conninfo_ = server_->conninfo();
    in_use_ = postgres::kDatabase;
    shown_ = format("embedded PostgreSQL {}", server_->binaries().version);
    if (base.fence == postgres::FenceMode::off)
      notes_.emplace_back("[gate] fence = off: the SQL of this repository runs on this machine with your rights");
    if (!base.backup.empty()) notes_ = load_base(base, conninfo_, &binaries);
    return;
  }
  admin_.emplace(postgres::Connection::require({.conninfo = *url, .application_name = "kairon trial"}));
  if (const std::string powers = powers_of(*admin_); !powers.empty()) {
    if (base.fence == postgres::FenceMode::on) throw too_powerful(powers);
    notes_.push_back(
        format("[gate] fence = off: migrations run as {} there: missing privileges are not found", powers));
  }
  drop_leftovers(*admin_, notes_);
  in_use_ = new_name();
  admin_->must(format("CREATE DATABASE {}", in_use_));
  conninfo_ = postgres::with_database(*url, in_use_);
  shown_ = format("scratch database on {}", admin_->shown());
  try {
    for (std::string& note : load_base(base, conninfo_, nullptr)) notes_.push_back(std::move(note));
  } catch (...) {
    drop();
    throw;
  }
}

std::string Scratch::observer_conninfo() const { return embedded() ? admin_conninfo(conninfo_) : conninfo_; }
std::string Scratch::reader_conninfo() const {
  if (!embedded()) return conninfo_;
  // Older servers, which run without the fence alone, have no role that reads everything.
  return server_->binaries().major < kFirstWithReadAll / 10000 ? observer_conninfo()
                                                               : trial::reader_conninfo(conninfo_);
}
std::string Scratch::trial_conninfo() const { return embedded() ? plain_conninfo(conninfo_) : conninfo_; }

bool Scratch::outdated() const {
  postgres::Connection db = postgres::Connection::require({.conninfo = server_->conninfo()});
  return StandIn::outdated(db);
}

void Scratch::drop() {
  const signals::Shield shield;
  for (const std::string& database : databases_)
    static_cast<void>(admin_->execute(format("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)));
}

std::string Scratch::new_name() {
  if (embedded()) return format("kairon_copy_{}", ++made_);
  // The names that drop_leftovers() knows.
  std::string name = format("kairon_trial_{}_{}{:04}", ::getpid(), ::time(nullptr), made_++);
  admin_->must(format("SELECT pg_advisory_lock({}, hashtext('{}'))", kAlive, name));
  databases_.push_back(name);
  return name;
}

std::string Scratch::copy() {
  const std::string name = new_name();
  std::optional<postgres::Connection> own;
  if (embedded()) own.emplace(postgres::Connection::require({.conninfo = observer_conninfo()}));
  postgres::Connection& db = own ? *own : *admin_;
  // Backends of connections that were closed just now need a moment to go.
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  const std::string others =
      format("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = '{}' AND pid <> pg_backend_pid())", in_use_);
  while (db.must(others).boolean(0, 0) && std::chrono::steady_clock::now() < patience)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  const std::string owner = embedded() ? format(" OWNER {}", kTrialRole) : std::string();
  const std::string strategy = db.server_version() >= 150000 ? " STRATEGY file_copy" : "";
  db.must(format("CREATE DATABASE {} TEMPLATE {}{}{}", name, in_use_, owner, strategy));
  if (embedded()) carry_over(db, in_use_, name);
  return name;
}

void Scratch::use(const std::string& database) {
  in_use_ = database;
  conninfo_ = postgres::with_database(conninfo_, database);
}

void Scratch::discard(const std::string& database) {
  std::optional<postgres::Connection> own;
  if (embedded()) own.emplace(postgres::Connection::require({.conninfo = observer_conninfo()}));
  postgres::Connection& db = own ? *own : *admin_;
  static_cast<void>(db.execute(format("DROP DATABASE IF EXISTS {}", database)));
}

Scratch::~Scratch() {
  if (!databases_.empty()) drop();
}

}  // namespace kairon::trial
