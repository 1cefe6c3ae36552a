#pragma once
#include <chrono>

namespace kairon::n8n {

/// How long the client waits for what.
struct Patience {
  std::chrono::milliseconds ready{60000};    ///< for a starting n8n or its database
  std::chrono::milliseconds refused{10000};  ///< for a port that does not answer at all
  std::chrono::milliseconds mend{20000};     ///< for a server that goes away in the middle
  std::chrono::milliseconds pause{250};
  std::chrono::milliseconds settle{2000};    ///< in which n8n ends what it was doing for a lost connection
  std::chrono::milliseconds webhooks{2000};  ///< on 2.x they come up to 300 ms after the activation
  std::chrono::milliseconds late{30000};     ///< for a write that was not answered in time, before and after a rollback
  std::chrono::milliseconds look{1000};      ///< between two looks for it
  std::chrono::milliseconds retry_after{60000};  ///< the longest wait that a server may ask for, in all
};

/// The time that Patience is measured in: the machine's own, or one that a test winds on.
class Timekeeper {
 public:
  virtual ~Timekeeper() = default;
  [[nodiscard]] virtual std::chrono::steady_clock::time_point now() = 0;
  /// Returns when `time` is over. Throws Error(interrupted) on a signal.
  virtual void wait(std::chrono::milliseconds time) = 0;
};
/// steady_clock and pause().
[[nodiscard]] Timekeeper& machine_time();

}  // namespace kairon::n8n
