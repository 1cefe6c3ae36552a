#pragma once
#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "deploy/drift.h"
#include "health/line.h"
#include "n8n/api.h"
#include "n8n/content.h"

namespace kairon::health {

/// Names of the workflows that git says are active.
struct ActiveInGit {
  std::set<std::string> triggered;    ///< by something that n8n waits for
  std::set<std::string> only_called;  ///< which n8n 1.x cannot activate, and 2.x publishes
};

[[nodiscard]] ActiveInGit active_in_git(const std::vector<n8n::Local>& locals);

/// What is asked of an n8n server.
struct N8nQuestions {
  std::string n8n_database;                       ///< connection string, "" = not known
  std::chrono::seconds window{0};                 ///< failed executions since then
  std::string looked_at;                          ///< UTC time of the last look, "" = none
  ActiveInGit active;                             ///< empty = not compared
  std::optional<deploy::DriftQuestion> deployed;  ///< what the workflows are compared with
};

/// Looks at the server through its API; nothing on it runs and nothing is changed. Adds the lines
/// n8n, active, edits, executions, webhooks and credentials; only the first when it does not answer.
void look_at_n8n(n8n::Api& api, const N8nQuestions& questions, HealthLines& lines);

/// "2026-01-31T12:00:00.123Z" of a time: the form of n8n's own times, so that they compare as texts.
[[nodiscard]] std::string iso_time(std::chrono::system_clock::time_point time);

/// "90 s", "5 min", "26 h", "12 d".
[[nodiscard]] std::string shown_duration(std::chrono::seconds duration);

}  // namespace kairon::health
