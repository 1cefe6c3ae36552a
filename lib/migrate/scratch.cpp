#include <unistd.h>

#include <ctime>

#include "base/environment.h"
#include "base/format.h"
#include "base/signals.h"
#include "migrate/base.h"
#include "postgres/conninfo.h"
#include "postgres/quote.h"

namespace kairon::migrate {

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
  admin_ = *url;
  postgres::Connection admin = postgres::Connection::require({.conninfo = admin_});
  database_ = format("kairon_trial_{}_{}", ::getpid(), ::time(nullptr));
  admin.must(format("CREATE DATABASE {}", database_));
  conninfo_ = postgres::with_database(admin_, database_);
  shown_ = format("scratch database on {}", admin.shown());
  try {
    notes_ = load_base(base, conninfo_, nullptr);
  } catch (...) {
    const signals::Shield shield;
    static_cast<void>(admin.execute(format("DROP DATABASE IF EXISTS {} WITH (FORCE)", database_)));
    throw;
  }
}

bool Scratch::outdated() const {
  postgres::Connection db = postgres::Connection::require({.conninfo = server_->conninfo()});
  return StandIn::outdated(db);
}

Scratch::~Scratch() {
  if (database_.empty()) return;
  const signals::Shield shield;
  auto admin = postgres::Connection::open({.conninfo = admin_});
  if (admin.ok()) static_cast<void>(admin->execute(format("DROP DATABASE IF EXISTS {} WITH (FORCE)", database_)));
}

}  // namespace kairon::migrate
