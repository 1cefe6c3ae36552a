#pragma once
#include <chrono>
#include <functional>
#include <string>

#include "postgres/connection.h"

namespace kairon::backup {

/// "12.3 MB of about 45.6 MB (27 %)": bytes that a database has of those that it had when it was dumped; without those
/// (0) only what it has. The share stays below 100: indexes and free space differ.
[[nodiscard]] std::string restored_share(long long bytes, long long expected);

/// Says how far a restore is, about twice a second.
class RestoredSize {
 public:
  /// `db`: a session on that server, which is used while pg_restore works. `expected`: 0 when nobody knows.
  RestoredSize(postgres::Connection& db, std::string database, long long expected,
               std::function<void(const std::string&)> say);
  /// To be called often. Throws nothing.
  void tick();

 private:
  postgres::Connection& db_;
  std::string database_;
  long long expected_;
  std::function<void(const std::string&)> say_;
  std::chrono::steady_clock::time_point asked_;
};

}  // namespace kairon::backup
