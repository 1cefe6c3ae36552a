#pragma once
#include <span>
#include <string>
#include <vector>

#include "config/settings.h"
#include "http/transport.h"

namespace kairon::notify {

/// How a job ended.
enum class JobOutcome {
  done,      ///< as it should; sent only with `[notify] on = always`
  failed,    ///< a person is needed
  recovered  ///< what had failed works again; sent like a failure
};

/// What a person is to know about one run of a job.
struct Notice {
  std::string job;          ///< "deploy", "backup", "drill", "health", "migrate"
  std::string environment;  ///< "dev", "staging", "prod", or "" when it concerns none
  JobOutcome outcome = JobOutcome::failed;
  std::string summary;                 ///< one sentence
  std::vector<std::string> details{};  ///< further lines, the most important first; a long list is cut
};

/// What became of it.
struct Delivery {
  enum class State {
    sent,
    not_configured,  ///< no `[notify] url`
    not_wanted,      ///< `[notify] on = failure`, and nothing failed
    failed           ///< no answer in time, or not a 2xx
  };
  State state = State::not_configured;
  std::string problem;  ///< why it failed; never holds the url's path, which is a secret
};

/// Sends one message about all of `notices` to `[notify] url`, at most 5 seconds. The job goes on
/// whatever happens: nothing is thrown, also not after SIGINT, and a message that cannot be sent is
/// one warning on stderr. Every secret of the settings and everything that looks like one is
/// replaced by "***".
Delivery notify(const config::Settings& settings, std::span<const Notice> notices);
Delivery notify(const config::Settings& settings, const Notice& notice);

/// The same over a given transport, silent, for tests.
[[nodiscard]] Delivery notify_over(http::Transport& transport, const config::Settings& settings,
                                   std::span<const Notice> notices);

}  // namespace kairon::notify
