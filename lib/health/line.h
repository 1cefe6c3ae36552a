#pragma once
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/message.h"

namespace kairon::health {

enum class Condition {
  ok,
  degraded,  ///< somebody has to act
  unknown    ///< could not be looked at
};

/// Whether a line is about something that did not answer: that decides between exit 1 and 3.
enum class Reach { reached, unreachable };

/// One line of `kairon health`.
struct HealthLine {
  std::string environment;  ///< "" for what belongs to none
  std::string check;        ///< "n8n", "webhooks", "backup" ...
  Condition condition = Condition::ok;
  Message message;                      ///< without a remedy when ok
  std::vector<std::string> subjects{};  ///< what is degraded, when it is several things: each alerts by itself
  Reach reach = Reach::reached;
};

/// Collects the lines of one environment.
class HealthLines {
 public:
  explicit HealthLines(std::string environment) : environment_(std::move(environment)) {}

  void ok(std::string check, std::string detail);
  void degraded(std::string check, std::string detail, std::string remedy, std::vector<std::string> subjects = {});
  /// What answers no more: degraded, and exit 3.
  void unreachable(std::string check, std::string detail, std::string remedy);
  /// What was not looked at because nothing is configured for it.
  void unknown(std::string check, std::string detail, std::string remedy);
  /// What could not be looked at although it is configured: exit 3 when nothing is degraded.
  void failed(std::string check, const Error& error);

  /// Runs one check; an Error that stands in its way is its line. Throws Error(interrupted) on.
  void attempt(const std::string& check, const std::function<void()>& look);

  [[nodiscard]] const std::string& environment() const noexcept { return environment_; }
  [[nodiscard]] std::vector<HealthLine> take() { return std::move(lines_); }

 private:
  std::string environment_;
  std::vector<HealthLine> lines_;
};

/// "ok", "degraded", "unknown".
[[nodiscard]] std::string_view condition_name(Condition condition);

/// Prints "OK       prod n8n: ..." with the remedies and a closing line.
void print_health(std::span<const HealthLine> lines);

/// {"version":1,"checks":[{"environment","check","status","detail","remedy"}],"alerts":{"new":[],"over":[]},
/// "summary":{"ok","degraded","unknown"}}.
[[nodiscard]] std::string health_json(std::span<const HealthLine> lines, std::span<const std::string> new_alerts,
                                      std::span<const std::string> over);

/// environment when something did not answer, else blocked when something is degraded, else passed.
[[nodiscard]] ExitCode health_verdict(std::span<const HealthLine> lines);

}  // namespace kairon::health
