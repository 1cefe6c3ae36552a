#include "migrate/runner.h"

#include <algorithm>
#include <thread>

#include "base/error.h"
#include "base/format.h"
#include "base/signals.h"
#include "migrate/run_lock.h"
#include "migrate/run_steps.h"
#include "migrate/tool_table.h"

namespace kairon::migrate {

namespace {

using Clock = std::chrono::steady_clock;
using postgres::Connection;
using postgres::Reply;
using std::chrono::milliseconds;

milliseconds since(Clock::time_point begun) { return std::chrono::duration_cast<milliseconds>(Clock::now() - begun); }

/// Bounded retries after lock_timeout (55P03) and deadlocks (40P01), with a growing pause.
std::vector<StateLine> state_of(VersionTable& table, const std::vector<Source>& sources) {
  std::vector<StateLine> state = compare_state(sources, table.rows());
  for (const Begun& one : table.begun()) {
    bool known = false;
    for (StateLine& line : state)
      if (line.source != nullptr && line.source->version.stem == one.version) {
        line.begun = one;
        known = true;
      }
    if (known) continue;
    StateLine line{one.version, Standing::missing_file, nullptr, {}, false};
    line.begun = one;
    state.push_back(std::move(line));
  }
  return state;
}

class LockRetry {
 public:
  explicit LockRetry(const RunOptions& options) : options_(options), pause_(options.first_pause) {}
  bool again(const postgres::SqlError& error) {
    if ((error.sqlstate != "55P03" && error.sqlstate != "40P01") || ++tries_ >= options_.attempts) return false;
    if (options_.say)
      options_.say(format("waiting for a lock: {}; attempt {} of {}", error.message, tries_ + 1, options_.attempts));
    const Clock::time_point end = Clock::now() + pause_;
    while (Clock::now() < end) {
      signals::check();
      std::this_thread::sleep_for(milliseconds(20));
    }
    pause_ *= 2;
    return true;
  }

 private:
  const RunOptions& options_;
  milliseconds pause_;
  int tries_ = 0;
};

class Run {
 public:
  Run(const std::vector<Source>& sources, const RunOptions& options)
      : sources_(sources),
        options_(options),
        db_(Connection::require(options.target)),
        lock_(db_, options.target, options.patience,
              [&](const std::string& who) { say(format("waiting for another run: {}", who)); }),
        table_(db_) {}

  [[nodiscard]] std::vector<StateLine> state() { return state_of(table_, sources_); }
  [[nodiscard]] VersionTable& table() { return table_; }
  [[nodiscard]] Connection& db() { return db_; }
  void say(const std::string& line) const {
    if (options_.say) options_.say(line);
  }

  RunOutcome perform(const std::vector<const Source*>& plan, Direction direction) {
    RunOutcome outcome;
    require_plan(plan, direction, db_.server_version());
    if (!plan.empty() && options_.before_first) options_.before_first();
    if (!plan.empty()) table_.ensure();
    for (const Source* source : plan) {
      signals::check();
      const migration::File& file = direction == Direction::up ? *source->forward : *source->rollback;
      say(format("{} {}", direction == Direction::up ? "applying" : "undoing", source->version.stem));
      const Clock::time_point begun = Clock::now();
      if (const auto failure = one(*source, file, direction, begun)) {
        explain(*failure, file, outcome);
        return outcome;
      }
      outcome.done.push_back({source->version.stem, file.path(), since(begun)});
    }
    return outcome;
  }

 private:
  std::optional<FileFailure> one(const Source& source, const migration::File& file, Direction direction,
                                 Clock::time_point begun) {
    reset_session(db_);
    db_.must(format("SET lock_timeout = {}; SET statement_timeout = {}", options_.lock_timeout.count(),
                    options_.statement_timeout.count()));
    // Without it the server goes on with the statement of a runner that was killed, and with its locks. Not
    // every platform can (docs: client_connection_check_interval).
    if (db_.server_version() >= 140000) static_cast<void>(db_.execute("SET client_connection_check_interval = 500"));
    // Asked now: the rollback may drop the table.
    const std::string row = direction == Direction::down ? row_version(source) : source.version.stem;
    const Send send = [this](const Step& step, std::size_t) { return db_.perform(step.text); };
    const auto record = [&] {
      Reply reply = db_.execute("RESET SESSION AUTHORIZATION");
      if (reply.ok()) reply = db_.execute("RESET ROLE");
      if (!reply.ok()) return reply;
      if (direction == Direction::down) return table_.forget(row, source.forward->checksum());
      return table_.record(
          {source.version.stem, source.forward->checksum(), source.forward->description(), "up", since(begun)});
    };
    LockRetry retry(options_);
    if (!file.runs_in_transaction()) {
      Journal journal(db_, table_, source.version.stem, direction == Direction::up ? "up" : "down");
      if (!journal.empty()) say(format("{} was begun before: going on where it stopped", source.version.stem));
      return run_stepwise(
          db_, file, send, &journal, [&](const postgres::SqlError& error) { return retry.again(error); }, record);
    }
    for (;;) {
      std::optional<FileFailure> failure = run_wrapped(db_, file, send, record);
      if (!failure || db_.lost() || !retry.again(failure->error)) return failure;
    }
  }

  /// The version as the row spells it ("001" for 001_init of another tool).
  std::string row_version(const Source& source) {
    for (const StateLine& line : state()) {
      if (line.source == &source && !line.row.version.empty()) return line.row.version;
    }
    return source.version.stem;
  }

  void explain(const FileFailure& failure, const migration::File& file, RunOutcome& outcome) const {
    outcome.failure.text = failure.text(file.path());
    const std::string stayed = failure.stayed == 0 ? std::string("nothing of this migration stayed")
                                                   : format("statements 1 to {} of {} stayed and are journalled",
                                                            failure.stayed, file.script().statements().size());
    if (failure.error.connection_lost) {
      outcome.failure.remedy =
          file.runs_in_transaction()
              ? "the server undid this migration unless its COMMIT had arrived; kairon migrate status shows which"
              : stayed + "; run the command again to go on";
      return;
    }
    outcome.failure.remedy =
        file.runs_in_transaction()
            ? "nothing of this migration stayed; fix the file and run the command again"
            : format("{}; fix statement {} and run the command again", stayed, failure.statement + 1);
  }

  const std::vector<Source>& sources_;
  const RunOptions& options_;
  Connection db_;
  RunLock lock_;
  VersionTable table_;
};

}  // namespace

std::vector<StateLine> read_state(const postgres::ConnectOptions& target, const std::vector<Source>& sources) {
  Connection db = Connection::require(target);
  if (is_foreign(sources)) return current_state(db, sources);
  VersionTable table(db);
  return state_of(table, sources);
}

void require_plan(const std::vector<const Source*>& plan, Direction direction, int server_version) {
  for (const Source* source : plan) {
    const migration::File& file = direction == Direction::up ? *source->forward : *source->rollback;
    require_runnable(file, server_version);
    refuse_escapes(file);
  }
}

RunOutcome run_up(const std::vector<Source>& sources, const RunOptions& options) {
  refuse_foreign_layout(sources, &migration::Layout::up);
  Run run(sources, options);
  const std::vector<StateLine> state = run.state();
  const std::vector<const Source*> plan = plan_up(state, options);
  for (const StateLine& line : state)
    if (line.standing == Standing::missing_file && !line.row.kind.empty() && options.say)
      options.say(format("{} is applied, and its file is gone", line.version));
  for (const Source* source : plan)
    if (options.agreed && !options.agreed->contains(source->version.stem))
      throw environment_error(format("{} became pending while this run was being prepared", source->forward->path()),
                              "repeat the command");
  return run.perform(plan, Direction::up);
}

RunOutcome run_down(const std::vector<Source>& sources, const RunOptions& options) {
  refuse_foreign_layout(sources, &migration::Layout::down);
  Run run(sources, options);
  const std::vector<StateLine> state = run.state();
  return run.perform(plan_down(state, options), Direction::down);
}

RunOutcome run_baseline(const std::vector<Source>& sources, const RunOptions& options) {
  refuse_foreign_layout(sources, &migration::Layout::baseline);
  Run run(sources, options);
  run.table().ensure();
  const std::vector<StateLine> state = run.state();
  RunOptions anything = options;
  anything.allow_out_of_order = true;
  RunOutcome outcome;
  run.db().must("BEGIN");
  for (const Source* source : plan_up(state, anything)) {
    const migration::File& file = *source->forward;
    const Reply cleared = Journal(run.db(), run.table(), source->version.stem, "up").clear();
    if (!cleared.ok()) throw environment_error(cleared.error().text());
    const Reply reply =
        run.table().record({source->version.stem, file.checksum(), file.description(), "baseline", milliseconds(0)});
    if (!reply.ok()) throw environment_error(reply.error().text());
    outcome.done.push_back({source->version.stem, file.path(), milliseconds(0)});
  }
  run.db().must("COMMIT");
  return outcome;
}

void accept_change(const std::vector<Source>& sources, const RunOptions& options, const std::string& version,
                   const std::string& reason) {
  refuse_foreign_layout(sources, &migration::Layout::status);
  Run run(sources, options);
  run.table().ensure();
  const std::vector<StateLine> state = run.state();
  const StateLine& line = state[find_line(state, version)];
  if (line.standing != Standing::changed && line.standing != Standing::unverified)
    throw usage_error(format("{} is {}: there is nothing to accept", line.version, standing_name(line.standing)));
  run.table().accept(line.row.version, line.source->forward->checksum(), reason);
}

}  // namespace kairon::migrate
