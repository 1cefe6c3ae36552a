#pragma once
#include <chrono>
#include <string>

#include "base/format.h"
#include "n8n/api.h"

namespace kairon::n8n {

/// Whether the server is not there at the moment and may come back.
[[nodiscard]] bool server_is_away(Verdict verdict);

/// Whether a write that was answered so may have been carried out, or may still be: a proxy that lost n8n in the middle
/// (502 to 504) knows as little about a write as a broken connection.
[[nodiscard]] bool may_be_done(const Reply& reply);

/// "/workflows/<id>"
[[nodiscard]] std::string workflow_path(const std::string& id);

/// " (asks to wait 9 s)"
[[nodiscard]] inline std::string asked_to_wait(const Reply& reply) {
  return kairon::format(" (asks to wait {} s)", reply.retry_after.count() / 1000);
}

/// Whether a request is sent again, and when: as long as Patience::mend, and as the server asks for.
class Repeats {
 public:
  Repeats(const Patience& patience, Timekeeper& time)
      : patience_(patience), time_(time), end_(time.now() + patience.mend) {}

  /// Waits, and returns false when it is not worth while any more.
  [[nodiscard]] bool another(Reply& reply) {
    if (reply.retry_after.count() == 0) {
      if (time_.now() >= end_) return false;
      time_.wait(patience_.pause);
      return true;
    }
    asked_ += reply.retry_after;
    if (asked_ > patience_.retry_after) {
      reply.message += asked_to_wait(reply);
      return false;
    }
    end_ += reply.retry_after;
    time_.wait(reply.retry_after);
    return true;
  }

 private:
  const Patience& patience_;
  Timekeeper& time_;
  std::chrono::steady_clock::time_point end_;
  std::chrono::milliseconds asked_{0};
};

}  // namespace kairon::n8n
