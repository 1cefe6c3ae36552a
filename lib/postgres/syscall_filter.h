#pragma once
#include <linux/filter.h>
#include <sys/types.h>

#include <cstdint>
#include <vector>

namespace kairon::postgres {

/// Whom a fenced program may talk to.
enum class Peers {
  none,         ///< a server: only who connects to it
  unix_sockets  ///< a client program: it connects to a throw-away server by its socket
};

/// What the filter of a program's system calls depends on.
struct FilterRequest {
  pid_t owner = 0;                 ///< our process, which the server may not signal
  std::uintptr_t program = 0;      ///< address of the only path that execve may be called with
  bool truncates_nothing = false;  ///< truncate(2) succeeds without effect, where Landlock cannot refuse it
  Peers peers = Peers::none;
};

/// False on a processor for which no filter is written.
[[nodiscard]] bool has_syscall_filter() noexcept;

/// The seccomp program for a throw-away server: no network but unix stream sockets that it listens on (or,
/// for a client, connects to), no other
/// program than its own, no tracing, no new namespaces, no changes of owners, modes and times, no signals to us.
[[nodiscard]] std::vector<sock_filter> syscall_filter(const FilterRequest& request);

/// Installs the program for the calling thread for good; false with errno. Async-signal-safe.
[[nodiscard]] bool enter_filter(const std::vector<sock_filter>& program) noexcept;

}  // namespace kairon::postgres
