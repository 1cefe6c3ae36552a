#pragma once
#include <atomic>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "postgres/connection.h"

namespace kairon::trial {

/// What one statement did to the relations that were there before it.
struct Effects {
  struct Lock {
    std::string relation;
    std::string mode;  ///< "AccessExclusiveLock"
    bool is_index = false;
  };
  struct Scan {
    std::string relation;
    long long rows = 0;
  };
  std::vector<Lock> locks;             ///< that it took anew
  std::vector<std::string> rewritten;  ///< the file on disk is another now: rewrite, TRUNCATE, REFRESH; indexes only
                                       ///< where no table is
  std::vector<Scan> scans;             ///< read from end to end
  long long inserted = 0;
  long long updated = 0;
  long long deleted = 0;
};

/// Watches a session's transaction from inside: the pair of queries of pg_locks and pg_class before and
/// after each statement. Names are read before, because a dropped table has none afterwards. Relations
/// that the transaction itself made are left out: nobody waits for them.
class Watch {
 public:
  explicit Watch(postgres::Connection& db) : db_(db) {}
  /// The state before the first statement of a transaction.
  void begin();
  /// What changed since begin() or the last call; empty in a failed transaction.
  [[nodiscard]] Effects after_statement();

 private:
  struct Relation {
    std::string name;
    std::string filenode;
    bool is_index = false;
    long long scans = 0;
    long long read = 0;
    long long inserted = 0;
    long long updated = 0;
    long long deleted = 0;
  };
  using Relations = std::map<std::string, Relation, std::less<>>;
  [[nodiscard]] Relations read_relations();
  [[nodiscard]] std::set<std::pair<std::string, std::string>> read_locks();

  postgres::Connection& db_;
  Relations old_;  ///< what was there at begin(): only these count
  Relations last_;
  std::set<std::pair<std::string, std::string>> locks_;
};

/// Watches from outside the locks of a statement that runs in no transaction (CREATE INDEX CONCURRENTLY): they
/// are gone when it ends. A second session polls pg_locks; it holds a snapshot meanwhile, for which such a
/// statement waits, so that the locks of an empty table's index are seen too, and lets it go at once.
class OutsideWatch {
 public:
  /// Begins to watch the server process `pid`. Throws Error(environment).
  OutsideWatch(const std::string& conninfo, int pid);
  ~OutsideWatch();
  OutsideWatch(const OutsideWatch&) = delete;
  OutsideWatch& operator=(const OutsideWatch&) = delete;
  /// Ends it; what was seen.
  [[nodiscard]] std::vector<Effects::Lock> finish();

 private:
  void poll();
  postgres::Connection db_;
  int pid_;
  std::atomic<bool> done_ = false;
  std::set<std::pair<std::string, std::string>> seen_;
  std::thread thread_;
};

/// "ACCESS EXCLUSIVE" for "AccessExclusiveLock" (docs: "Table-Level Locks").
[[nodiscard]] std::string lock_name(const std::string& mode);

}  // namespace kairon::trial
