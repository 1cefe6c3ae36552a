#pragma once
#include <ctime>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"
#include "diff/reach.h"
#include "diff/sql_effects.h"
#include "git/source.h"
#include "health/line.h"
#include "report/diagnosis.h"
#include "report/findings.h"
#include "smoke/coverage.h"
#include "trial/last_trial.h"

namespace kairon::overview {

/// The line that a finding is on, cut to a window around its column.
struct Frame {
  std::string text;
  std::size_t caret = 0;  ///< column of the finding in `text`, 0-based
};

struct WorkflowFact {
  std::string path;
  std::string name;
  std::size_t nodes = 0;
  bool active = false;
  std::vector<diff::Reach> reach;
  std::size_t findings = 0;
  std::size_t tests = 0;
};

struct MigrationFact {
  std::string path;
  std::vector<diff::SqlEffect> effects;
};

/// Something that happened at a time: a deployment or a backup.
struct EventFact {
  std::string environment;
  std::time_t at = 0;
  bool good = true;
  std::string what;
};

/// An environment that was asked.
struct ServerFact {
  std::string environment;
  std::string problem;  ///< what did not answer and why; "" when everything did
};

/// What `kairon report` shows.
struct Facts {
  std::string repository;  ///< its folder's name
  std::string commit;      ///< "" without commits
  std::time_t made = 0;
  std::vector<report::Diagnosis> gate;
  report::CheckReport findings;
  std::vector<Frame> frames;  ///< of the first findings; the others have none
  std::vector<WorkflowFact> workflows;
  smoke::CoverageReport coverage;
  std::vector<MigrationFact> migrations;  ///< newest first
  std::optional<trial::LastTrial> trial;
  std::vector<EventFact> deployments;
  std::vector<EventFact> backups;
  std::vector<health::HealthLine> health;
  std::vector<ServerFact> servers;  ///< empty: no environment was asked
};

/// Gathers the facts of the work tree. Asks no server. A part that cannot be read is a line of `gate`.
[[nodiscard]] Facts gather_facts(git::GitSource& source, const config::Settings& settings);

/// Deployments, backups, drills and the last trial, from this machine's records.
void gather_records(git::GitSource& source, const config::Settings& settings, Facts& facts);

/// A deployment as an event: "deployed: 0123456789ab by anna".
[[nodiscard]] EventFact deployment_event(std::string environment, std::time_t at, std::string_view result,
                                         std::string_view commit, std::string_view by);

/// Sorts events by time and leaves out the oldest ones of many.
void tidy(std::vector<EventFact>& events);

}  // namespace kairon::overview
