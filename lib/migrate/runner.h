#pragma once
#include <chrono>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/message.h"
#include "migrate/state.h"
#include "postgres/connection.h"

namespace kairon::migrate {

/// How a run behaves.
struct RunOptions {
  postgres::ConnectOptions target;
  std::string to;  ///< "" = all pending (up), the newest one (down)
  bool allow_out_of_order = false;
  std::chrono::milliseconds lock_timeout{5000};      ///< lock_timeout of each attempt
  int attempts = 6;                                  ///< tries of a statement or file that waits for locks
  std::chrono::milliseconds first_pause{500};        ///< before the second attempt; doubles
  std::chrono::milliseconds statement_timeout{0};    ///< 0 = none
  std::chrono::milliseconds patience{600000};        ///< for another runner
  std::optional<std::set<std::string>> agreed = {};  ///< stems that may run: what somebody was shown; none = all
  std::function<void(const std::string&)> say = {};  ///< progress, one line
  std::function<void()> before_first = {};           ///< e.g. take a backup; only when something will run
};

/// What one migration came to.
struct RunStep {
  std::string version;
  std::string path;
  std::chrono::milliseconds duration{0};
};

/// What a run did. `failure` names path, line and reason; what `done` lists is applied (or undone) and
/// recorded, nothing else is.
struct RunOutcome {
  std::vector<RunStep> done;
  Message failure;  ///< its text is "" when everything ran
  [[nodiscard]] bool ok() const { return failure.text.empty(); }
};

/// The state of a database; changes nothing.
[[nodiscard]] std::vector<StateLine> read_state(const postgres::ConnectOptions& target,
                                                const std::vector<Source>& sources);

enum class Direction { up, down };

/// Throws what run_up() or run_down() throws for the files of a plan before it runs the first one: Error(blocked)
/// for commands of psql, syntax errors, and statements that leave the database.
void require_plan(const std::vector<const Source*>& plan, Direction direction, int server_version);

/// What `up` (down) would run, in its order. Throws Error(usage) for an unknown `to`, Error(blocked) for a
/// changed applied file, a migration out of order, a missing rollback.
[[nodiscard]] std::vector<const Source*> plan_up(const std::vector<StateLine>& state, const RunOptions& options);
[[nodiscard]] std::vector<const Source*> plan_down(const std::vector<StateLine>& state, const RunOptions& options);

/// Runs the plan under the run lock; a second runner waits, and then finds nothing to do.
[[nodiscard]] RunOutcome run_up(const std::vector<Source>& sources, const RunOptions& options);
[[nodiscard]] RunOutcome run_down(const std::vector<Source>& sources, const RunOptions& options);

/// Records migrations up to `to` ("" = all) as applied without running them.
[[nodiscard]] RunOutcome run_baseline(const std::vector<Source>& sources, const RunOptions& options);

/// Index of the line that `to` names, by stem or number. Throws Error(usage) when there is none.
[[nodiscard]] std::size_t find_line(const std::vector<StateLine>& state, const std::string& to);

/// Takes the present content of an applied migration's file as the right one.
void accept_change(const std::vector<Source>& sources, const RunOptions& options, const std::string& version,
                   const std::string& reason);

}  // namespace kairon::migrate
