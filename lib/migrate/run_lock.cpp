#include "migrate/run_lock.h"

#include <thread>

#include "base/error.h"
#include "base/format.h"
#include "base/signals.h"

namespace kairon::migrate {

namespace {

/// "kairon" and "migr" as ASCII: two keys of pg_try_advisory_lock(int, int).
constexpr const char* kKeys = "1801548146, 1835624306";
constexpr const char* kHolder =
    "SELECT a.pid, coalesce(a.application_name, ''), coalesce(to_char(a.backend_start, 'HH24:MI:SS'), '') FROM "
    "pg_locks l JOIN "
    "pg_stat_activity a ON a.pid = l.pid WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 1801548146 AND "
    "l.objid = 1835624306 "
    "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())";

constexpr std::chrono::milliseconds kPoolPatience{2000};

std::string holder(postgres::Connection& db) {
  const postgres::Reply reply = db.must(kHolder);
  if (reply.size() == 0) return "another session";
  return format("{} (server process {}, since {})", reply.text(0, 1), reply.text(0, 0), reply.text(0, 2));
}

long long transaction_pid(postgres::Connection& db) { return db.must("SELECT pg_backend_pid()").integer(0, 0); }

}  // namespace

void refuse_transaction_pooler(postgres::Connection& db, const postgres::ConnectOptions& options) {
  // A pooler gives the client a process id of its own making.
  const long long first = transaction_pid(db);
  if (first == db.backend_pid()) return;
  // In session mode the server process stays ours. In transaction mode the next transaction may get
  // another one, or, where the pool hands out the one used last (pgbouncer's default), a second client's
  // transaction gets the one that we just gave back.
  bool shared = transaction_pid(db) != first;
  if (!shared) {
    postgres::Connection other = postgres::Connection::require(options);
    // A pool of one session that we hold keeps the second client waiting.
    other.cancel_after(kPoolPatience);
    const postgres::Reply begun = other.execute("BEGIN");
    // Statement mode refuses transactions (08P01, protocol_violation).
    if (!begun.ok()) shared = begun.error().sqlstate == "08P01";
    if (begun.ok()) {
      shared = transaction_pid(other) == first;
      static_cast<void>(other.execute("ROLLBACK"));
    }
  }
  if (!shared) return;
  throw environment_error(
      format("{} goes through a transaction pooler, where the lock that keeps two runs apart does not hold",
             db.shown()),
      "connect to PostgreSQL itself (port 5432 of the server, or the pooler's session mode)");
}

RunLock::RunLock(postgres::Connection& db, const postgres::ConnectOptions& options, std::chrono::milliseconds patience,
                 const std::function<void(const std::string&)>& waiting)
    : db_(db) {
  refuse_transaction_pooler(db_, options);
  const auto end = std::chrono::steady_clock::now() + patience;
  bool told = false;
  while (!db_.must(format("SELECT pg_try_advisory_lock({})", kKeys)).boolean(0, 0)) {
    const std::string who = holder(db_);
    if (!told && waiting) waiting(who);
    told = true;
    if (std::chrono::steady_clock::now() >= end) {
      throw environment_error(format("another run holds {}: {}", db_.shown(), who),
                              "wait for it; if that session is dead, end it with pg_terminate_backend()");
    }
    signals::check();
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

RunLock::~RunLock() {
  const signals::Shield shield;
  if (!db_.lost()) static_cast<void>(db_.execute(format("SELECT pg_advisory_unlock({})", kKeys)));
}

}  // namespace kairon::migrate
