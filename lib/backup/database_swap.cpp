#include "backup/database_swap.h"

#include <atomic>
#include <chrono>
#include <thread>

#include "base/error.h"
#include "base/format.h"
#include "base/signals.h"
#include "postgres/quote.h"

namespace kairon::backup {

namespace {

using postgres::Connection;
using postgres::quote_identifier;
using postgres::Reply;

constexpr int kTries = 6;
constexpr std::chrono::milliseconds kPause{50};
constexpr const char* kInUse = "55006";  // object_in_use

/// Disconnects everybody from two databases, again and again, while it lives. Sessions that this user may
/// not end stay; the renaming then says so.
class Disconnector {
 public:
  Disconnector(const std::string& conninfo, const Swap& swap)
      : db_(Connection::require({.conninfo = conninfo, .application_name = "kairon restore"})),
        names_{swap.database, swap.candidate},
        thread_([this] { work(); }) {}
  ~Disconnector() {
    stop_ = true;
    thread_.join();
  }
  Disconnector(const Disconnector&) = delete;
  Disconnector& operator=(const Disconnector&) = delete;

 private:
  void work() noexcept {
    try {
      while (!stop_) {
        const Reply sessions =
            db_.query("SELECT pid FROM pg_stat_activity WHERE datname IN ($1, $2) AND pid <> pg_backend_pid()", names_);
        if (!sessions.ok()) return;
        for (std::size_t row = 0; row < sessions.size(); ++row)
          static_cast<void>(db_.execute(format("SELECT pg_terminate_backend({})", sessions.integer(row, 0))));
        std::this_thread::sleep_for(kPause);
      }
    } catch (...) {
      // The renaming tells what is wrong with the server.
    }
  }
  Connection db_;
  std::vector<postgres::Parameter> names_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;  ///< last: it uses the others
};

}  // namespace

std::string take_place(Connection& db, const std::string& conninfo, const Swap& swap) {
  const std::vector<postgres::Parameter> name = {swap.database};
  const bool exists = db.must("SELECT 1 FROM pg_database WHERE datname = $1", name).size() > 0;
  std::string statements;
  if (exists)
    statements =
        format("ALTER DATABASE {} RENAME TO {};", quote_identifier(swap.database), quote_identifier(swap.kept_as));
  statements +=
      format("ALTER DATABASE {0} RENAME TO {1}; COMMENT ON DATABASE {1} IS {2}", quote_identifier(swap.candidate),
             quote_identifier(swap.database), swap.comment.empty() ? "NULL" : postgres::quote_literal(swap.comment));
  // From here on it is done or it is not: a signal waits.
  const signals::Shield shield;
  const Disconnector disconnector(conninfo, swap);
  Reply reply;
  for (int tries = 0; tries < kTries; ++tries) {
    reply = db.execute(statements);  // one simple query of several statements is one transaction
    if (reply.ok()) return exists ? swap.kept_as : std::string();
    if (reply.error().sqlstate != kInUse) break;
  }
  throw environment_error(
      format("the restored database cannot take the place of {}: {}", swap.database, reply.error().text()),
      reply.error().sqlstate == kInUse
          ? "somebody is connected whom this user may not disconnect: stop that program, or restore as its user"
          : "the user of [env] database has to own the database and needs CREATEDB");
}

}  // namespace kairon::backup
