#include "trial/trial.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/format.h"
#include "base/text.h"
#include "migrate/tool_table.h"
#include "trial/effects.h"
#include "trial/evidence.h"
#include "trial/failed_run.h"
#include "trial/input.h"
#include "trial/round_trip.h"
#include "trial/schema_checker.h"
#include "trial/way_back.h"

namespace kairon::trial {
namespace {

using namespace migrate;
using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point begun) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begun).count();
}

/// The migration that is being tried wrote no row, and its rollback neither: a second run leaves the same rows.
bool wrote_no_rows(const migration::File& file, Record& record) {
  const std::vector<StatementReport>& statements = record.now().statements;
  const auto wrote = [](const StatementReport& one) {
    return one.effects.inserted + one.effects.updated + one.effects.deleted > 0 || !one.effects.rewritten.empty();
  };
  return file.runs_in_transaction() && statements.size() == file.script().statements().size() &&
         statements.size() <= FileRun::kMaxWatched && std::none_of(statements.begin(), statements.end(), wrote) &&
         !record.has("trial/rollback-data");
}

/// The trial of one list of migrations.
class Trial {
 public:
  explicit Trial(const TrialOptions& options)
      : options_(options),
        sessions_(options.base, options.major, options.statement_timeout, options.fresh.size() > 1,
                  options.workflows != nullptr),
        run_(sessions_, options,
             {[this](const std::string& text) { record_.note(text); },
              [this](TrialFinding finding) { record_.report().findings.push_back(std::move(finding)); }}),
        stage_{options, sessions_, run_, record_,
               sessions_.scratch().embedded() ? postgres::SnapshotScope::cluster : postgres::SnapshotScope::database} {}

  /// New migrations that the restored backup has already.
  [[nodiscard]] std::vector<std::string> already_there() {
    std::vector<std::string> found;
    if (!is_foreign(options_.fresh) && VersionTable(sessions_.db()).foreign()) return found;
    for (const StateLine& line : current_state(sessions_.db(), options_.fresh))
      if (line.source != nullptr && line.standing != Standing::pending) found.push_back(line.version);
    return found;
  }

  TrialReport run() {
    const Clock::time_point begun = Clock::now();
    TrialReport& report = record_.report();
    report.server = sessions_.scratch().shown();
    report.base = describe(options_.base);
    report.notes = sessions_.scratch().notes();
    if (options_.workflows != nullptr) {
      SessionChecker checker(sessions_.asker(), sessions_.stand_in());
      report.statements = options_.workflows->statements().size();
      options_.workflows->start(checker);
    }
    Start start;
    for (const Source& source : options_.fresh) {
      if (!start.clean) start = renewed();
      record_.begin(source);
      if (options_.say)
        options_.say(format("{} ({} of {})", source.version.stem, report.migrations.size(), options_.fresh.size()));
      start = try_one(source, std::move(start));
      record_.end();
      if (options_.gives_up != nullptr && options_.gives_up(report.stopped_by)) break;
    }
    tell_stand_ins();
    report.milliseconds = milliseconds_since(begun);
    return std::move(report);
  }

 private:
  /// What a migration begins with.
  struct Start {
    bool clean = true;                              ///< every migration that could be run, and nothing else
    std::optional<postgres::Snapshot> schema = {};  ///< where it was read already
    std::optional<postgres::DataState> data = {};
  };

  Start renewed() {
    const Result<void> done = sessions_.renew(accepted_);
    if (!done.ok()) record_.note(format("what passed fails when it is run a second time: {}", done.failure().text));
    accepted_.clear();
    return {};
  }

  void tell_stand_ins() {
    for (const std::string& line : sessions_.told())
      record_.say("trial/stand-in", Gravity::warning,
                  {format("an extension is not installed on the trial server and was stood in for: {}", line),
                   format("what it really does is not tried; {}",
                          extension_remedy(line.substr(0, line.find(' ')), sessions_.db().server_version()))});
  }

  /// Why a file is not judged at all; "" when it is.
  [[nodiscard]] static std::string why_not_judged(const migration::File& file) {
    const std::string_view tool = file.layout().tool;
    if (file.is_program()) return format("a program, which only {} runs", tool);
    if (!file.placeholders().empty())
      return format("{} is replaced before {} sends it", file.placeholders().front().message, tool);
    if (file.layout().psql && !file.psql_commands().empty())
      return format("psql runs it, and the trial does not run {}", text::printable(file.psql_commands().front().name));
    return {};
  }

  /// Tries one migration; returns what the next one begins with.
  [[nodiscard]] Start try_one(const Source& source, Start start) {
    const migration::File& file = *source.forward;
    if (std::string why = why_not_judged(file); !why.empty()) {
      record_.leave_out(std::move(why));
      return start;
    }
    if (!file.layout().is_ours() && file.holds_nothing()) {
      record_.note(format("{} holds no statement", source.version.stem));
      return start;
    }
    if (!runnable(stage_, file, "trial/forward")) {
      record_.cannot_run();
      return start;
    }
    // Roles made for a migration are part of what it begins with, so the first attempt may be repeated.
    DatabaseState before{{}, start.data ? std::move(*start.data) : data_of(stage_)};
    before.schema = start.schema ? std::move(*start.schema) : schema_of(stage_);
    if (const auto failure = run_.run(file, source.version.stem, &record_.now().statements)) {
      tell_failure(stage_, file, *failure);
      if (!file.runs_in_transaction()) return {false};
      return {true, std::move(before.schema), std::move(before.data)};
    }
    accepted_.push_back(&source);
    return judge(source, before);
  }

  /// Judges what a migration did, its way back and a second run; returns what the next one begins with.
  [[nodiscard]] Start judge(const Source& source, const DatabaseState& before) {
    const migration::File& file = *source.forward;
    MigrationReport& report = record_.now();
    DatabaseState after = state_of(stage_);
    if (options_.workflows != nullptr) {
      SessionChecker checker(sessions_.asker(), sessions_.stand_in());
      options_.workflows->step(checker, file.path());
    }
    report.changes = postgres::difference(before.schema, after.schema);
    judge_effects(report, file, options_, record_.report().findings);
    weigh_warnings(file, sessions_.db().server_version() / 10000, options_.base, report);
    judge_loss(file, report, before.data, after.data, record_.report().findings);
    if (source.verify) verify(stage_, source);
    StepEnd back = back_and_forth(stage_, source, before, after);
    if (!back.went_well) return {back.clean};
    // Where a tool records a file in its own transaction, or that it began the file, no file runs twice.
    const migration::Layout& layout = file.layout();
    if (layout.is_ours() || (layout.wraps && !file.runs_in_transaction())) {
      const StepEnd twice = run_twice(stage_, file, back.schema ? *back.schema : after.schema);
      return {back.clean && twice.clean};
    }
    if (!back.clean || source.verify) return {back.clean};
    if (!back.schema) return {true, std::move(after.schema), std::move(after.data)};
    if (wrote_no_rows(file, record_)) return {true, std::move(back.schema), std::move(after.data)};
    return {true, std::move(back.schema)};
  }

  const TrialOptions& options_;
  Record record_;
  Sessions sessions_;
  FileRun run_;
  Stage stage_;
  std::vector<const Source*> accepted_;  ///< since the last clean state
};

}  // namespace

bool TrialReport::passed() const {
  return std::none_of(findings.begin(), findings.end(),
                      [](const TrialFinding& f) { return f.gravity == Gravity::error; });
}

TrialReport run_trial(const TrialOptions& options) {
  std::vector<std::string> there;
  if (Trial trial(options); options.base.backup.empty() || (there = trial.already_there()).empty()) return trial.run();
  TrialOptions other = options;
  other.base.backup.clear();
  other.base.backup_note = format("without the newest backup: it has {} already", text::join(there, ", "));
  return Trial(other).run();
}

}  // namespace kairon::trial
