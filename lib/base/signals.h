#pragma once

namespace kairon::signals {

/// Makes SIGINT, SIGTERM and SIGHUP set a flag instead of ending the process, and ignores SIGPIPE.
/// Called once by each main. Blocking waits of base/process.h notice the flag and throw
/// Error(interrupted), so that destructors clean up.
void install();

/// True after SIGINT, SIGTERM or SIGHUP.
[[nodiscard]] bool interrupted() noexcept;

/// Throws Error(interrupted) when interrupted() is true. Call it in every long loop.
void check();

/// Forgets a signal that was seen, for cleaning up (rolling back) after it.
void clear() noexcept;

/// While alive, check() does not throw: for work that must be finished once begun (rolling back).
class Shield {
 public:
  Shield();
  ~Shield();
  Shield(const Shield&) = delete;
  Shield& operator=(const Shield&) = delete;
};

}  // namespace kairon::signals
