#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"
#include "http/transport.h"
#include "notify/notify.h"

/// How notices become one message, and the message a request. Private to lib/notify, except Scrubber.
namespace kairon::notify {

inline constexpr std::size_t kMaxLines = 10;       ///< details (or jobs) that a message lists
inline constexpr std::size_t kMaxLineBytes = 240;  ///< so that ten fit into ntfy's 4096 bytes

/// Several notices folded into one text, free of secrets and control characters.
struct Notification {
  std::string job;          ///< the job's, "several" for more than one notice
  std::string environment;  ///< "" when they differ
  JobOutcome outcome = JobOutcome::done;
  std::string title;    ///< "Kairon: backup failed (prod)"
  std::string summary;  ///< one line
  std::vector<std::string> lines;
  std::size_t omitted = 0;  ///< lines left out
};

/// Replaces passwords, keys and urls of the settings, and what looks like a secret, by "***".
class Scrubber {
 public:
  explicit Scrubber(const config::Settings& settings);
  [[nodiscard]] std::string scrub(std::string text) const;

 private:
  std::vector<std::string> secrets_;    ///< longest first
  std::vector<std::string> databases_;  ///< connection strings
};

/// `notices` must not be empty.
[[nodiscard]] Notification fold(std::span<const Notice> notices, const Scrubber& scrubber);

/// Where messages go.
struct Receiver {
  std::string url;
  std::string kind;   ///< "discord", "slack", "ntfy", "json"
  std::string token;  ///< for an Authorization header, "" = none
};

/// The receiver in force; url "" when none is. The kind comes from where the url comes from, or from
/// the url's host.
[[nodiscard]] Receiver receiver_of(const config::Settings& settings);

[[nodiscard]] bool is_known_kind(std::string_view kind);

/// The POST that delivers a message.
[[nodiscard]] http::Request request_for(const Receiver& receiver, const Notification& message);

}  // namespace kairon::notify
