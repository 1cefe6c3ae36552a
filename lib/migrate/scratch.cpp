#include <unistd.h>

#include <ctime>

#include "base/environment.h"
#include "base/format.h"
#include "base/signals.h"
#include "migrate/base.h"
#include "postgres/conninfo.h"
#include "postgres/quote.h"

namespace kairon::migrate {

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

}  // namespace

Scratch::Scratch(const Base& base, int major) {
  const auto url = environment::get("KAIRON_TEST_DATABASE_URL");
  if (!url || url->empty()) {
    postgres::EmbeddedOptions options;
    options.major = major;
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
    shown_ = format("embedded PostgreSQL {}", server_->binaries().version);
    if (!base.backup.empty()) notes_ = load_base(base, conninfo_, &binaries);
    return;
  }
  admin_.emplace(postgres::Connection::require({.conninfo = *url, .application_name = "kairon trial"}));
  drop_leftovers(*admin_, notes_);
  database_ = format("kairon_trial_{}_{}", ::getpid(), ::time(nullptr));
  admin_->must(format("SELECT pg_advisory_lock({}, hashtext('{}'))", kAlive, database_));
  admin_->must(format("CREATE DATABASE {}", database_));
  if (admin_->parameter("is_superuser") == "on")
    notes_.push_back(format("migrations run as the superuser {} there: missing privileges are not found",
                            admin_->must("SELECT current_user").text(0, 0)));
  conninfo_ = postgres::with_database(*url, database_);
  shown_ = format("scratch database on {}", admin_->shown());
  try {
    for (std::string& note : load_base(base, conninfo_, nullptr)) notes_.push_back(std::move(note));
  } catch (...) {
    drop();
    throw;
  }
}

std::string Scratch::trial_conninfo() const {
  return embedded() ? format("{} user={}", conninfo_, kTrialRole) : conninfo_;
}

bool Scratch::outdated() const {
  postgres::Connection db = postgres::Connection::require({.conninfo = server_->conninfo()});
  return StandIn::outdated(db);
}

void Scratch::drop() {
  const signals::Shield shield;
  static_cast<void>(admin_->execute(format("DROP DATABASE IF EXISTS {} WITH (FORCE)", database_)));
}

Scratch::~Scratch() {
  if (!database_.empty()) drop();
}

}  // namespace kairon::migrate
