#pragma once
#include <sys/types.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>

namespace kairon::postgres {

/// What a server may use in all; no limit of the kernel counts either.
struct Budget {
  unsigned long long disk = 0;    ///< bytes below its folder, and in files that it has removed but holds open
  unsigned long long memory = 0;  ///< bytes of its processes, without what they share of PostgreSQL's buffers
};

/// Ends a server that uses more than its budget, from a thread that looks about 20 times a second. As long as the
/// free space and memory of the machine stay, a look costs two system calls.
class Watchdog {
 public:
  /// `folder` holds data and log of the server with the process id `server`, `sockets` its socket.
  Watchdog(pid_t server, std::string folder, std::string sockets, const Budget& budget);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

 private:
  void watch();
  [[nodiscard]] std::string excess() const;

  pid_t server_;
  std::string folder_;
  std::string sockets_;
  Budget budget_;
  std::atomic<bool> done_ = false;
  std::thread thread_;
};

/// Why a watchdog ended the server that `conninfo` leads to; nothing when none did.
[[nodiscard]] std::optional<std::string> reason_of_end(const std::string& conninfo);

/// While it lives, processes that a server leaves behind become our children (PR_SET_CHILD_SUBREAPER), so that they
/// can be ended with it.
class Subreaper {
 public:
  Subreaper();
  ~Subreaper();
  Subreaper(const Subreaper&) = delete;
  Subreaper& operator=(const Subreaper&) = delete;
  /// Ends and reaps children of ours that live in a fence and are no server under a watchdog.
  static void end_leftovers();
};

}  // namespace kairon::postgres
