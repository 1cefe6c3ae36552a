#pragma once
#include <chrono>
#include <functional>
#include <string>

#include "postgres/connection.h"

namespace kairon::migrate {

/// One runner at a time per database: a session-level advisory lock, taken by polling. A session that
/// waits inside pg_advisory_lock() holds a snapshot, and CREATE INDEX CONCURRENTLY of the holder would
/// wait for it: a deadlock. The server drops the lock when the session ends, however it ends.
class RunLock {
 public:
  /// Polls until the lock is there; `waiting` is told once who holds it. Throws Error(environment) when
  /// `patience` is over, or when the connection goes through a transaction pooler, where a session lock
  /// protects nothing.
  RunLock(postgres::Connection& db, const postgres::ConnectOptions& options, std::chrono::milliseconds patience,
          const std::function<void(const std::string&)>& waiting);
  ~RunLock();
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

 private:
  postgres::Connection& db_;
};

/// Throws Error(environment) when two transactions of `db` may run in different server sessions.
void refuse_transaction_pooler(postgres::Connection& db, const postgres::ConnectOptions& options);

}  // namespace kairon::migrate
