#include "trial/trial.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/format.h"
#include "base/text.h"
#include "migrate/tool_table.h"
#include "postgres/fingerprint.h"
#include "trial/cause.h"
#include "trial/effects.h"
#include "trial/evidence.h"
#include "trial/file_run.h"
#include "trial/hosts.h"
#include "trial/input.h"
#include "trial/schema_checker.h"
#include "trial/way_back.h"

namespace kairon::trial {
namespace {

using namespace migrate;
using Clock = std::chrono::steady_clock;
using migration::DirectiveKind;
using postgres::Connection;
using postgres::DataState;
using postgres::Reply;
using postgres::Snapshot;

constexpr const char* kDeniedHelp =
    "the trial's role owns the database and is no superuser; where a superuser runs your migrations: -- kairon: allow "
    "trial/forward REASON";

double milliseconds_since(Clock::time_point begun) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begun).count();
}

class Trial {
 public:
  explicit Trial(const TrialOptions& options)
      : options_(options),
        sessions_(options.base, options.major, options.statement_timeout, options.fresh.size() > 1,
                  options.workflows != nullptr),
        run_(sessions_, options,
             {[this](const std::string& text) { note(text); },
              [this](TrialFinding finding) { report_.findings.push_back(std::move(finding)); }}) {
    if (!sessions_.scratch().embedded()) scope_ = postgres::SnapshotScope::database;
  }

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
    report_.server = sessions_.scratch().shown();
    report_.base = describe(options_.base);
    report_.notes = sessions_.scratch().notes();
    if (options_.workflows != nullptr) {
      SessionChecker checker(sessions_.asker(), sessions_.stand_in());
      report_.statements = options_.workflows->statements().size();
      options_.workflows->start(checker);
    }
    for (const Source& source : options_.fresh) {
      current_ = &source;
      if (dirty_) renew();
      report_.migrations.push_back(
          {source.version.stem, source.forward->path(), {}, {}, true, source.forward->checksum()});
      if (options_.say)
        options_.say(format("{} ({} of {})", source.version.stem, report_.migrations.size(), options_.fresh.size()));
      begin_ = report_.findings.size();
      one(source);
      for (std::size_t i = begin_; i < report_.findings.size(); ++i) report_.findings[i].version = source.version.stem;
      if (now().verdict == Verdict::passed && failed()) now().verdict = Verdict::blocked;
      if (options_.gives_up != nullptr && options_.gives_up(report_.stopped_by)) break;
    }
    tell_stand_ins();
    report_.milliseconds = milliseconds_since(begun);
    return std::move(report_);
  }

 private:
  /// A clean state for the next migration: every migration that could be run, and nothing else.
  void renew() {
    dirty_ = false;
    clean_ = {};
    const Result<void> done = sessions_.renew(accepted_);
    if (!done.ok()) note(format("what passed fails when it is run a second time: {}", done.failure().message));
    accepted_.clear();
  }

  /// The migration that is being tried has an error.
  [[nodiscard]] bool failed() const {
    return std::any_of(report_.findings.begin() + static_cast<std::ptrdiff_t>(begin_), report_.findings.end(),
                       [](const TrialFinding& one) { return one.gravity == Gravity::error; });
  }

  /// The migration that is being tried wrote no row, and its rollback neither: a second run leaves the same rows.
  [[nodiscard]] bool wrote_no_rows(const migration::File& file) {
    const auto wrote = [](const StatementReport& one) {
      return one.effects.inserted + one.effects.updated + one.effects.deleted > 0 || !one.effects.rewritten.empty();
    };
    return file.runs_in_transaction() && now().statements.size() == file.script().statements().size() &&
           now().statements.size() <= FileRun::kMaxWatched &&
           std::none_of(now().statements.begin(), now().statements.end(), wrote) && !has_finding("trial/rollback-data");
  }

  [[nodiscard]] bool has_finding(std::string_view rule) const {
    return std::any_of(report_.findings.begin() + static_cast<std::ptrdiff_t>(begin_), report_.findings.end(),
                       [rule](const TrialFinding& one) { return one.rule == rule; });
  }

  void tell_stand_ins() {
    for (const std::string& line : sessions_.told())
      say("trial/stand-in", Gravity::warning,
          format("an extension is not installed on the trial server and was stood in for: {}", line),
          format("what it really does is not tried; {}",
                 extension_remedy(line.substr(0, line.find(' ')), sessions_.db().server_version())));
  }

  MigrationReport& now() { return report_.migrations.back(); }

  void say(std::string rule, Gravity gravity, std::string message, std::string help = {}, std::string path = {},
           sql::Position position = {}) {
    if (path.empty()) path = current_->forward->path();
    report_.findings.push_back(
        {std::move(rule), gravity, std::move(path), position, std::move(message), std::move(help)});
  }

  void note(const std::string& text) {
    if (std::find(report_.notes.begin(), report_.notes.end(), text) == report_.notes.end())
      report_.notes.push_back(text);
  }

  /// Without what the trial itself made: roles that are missing here, and that the trial role is in them.
  Snapshot schema() {
    Snapshot snapshot = postgres::take_snapshot(sessions_.observer(), scope_);
    const std::string membership = format("{} in ", kTrialRole);
    std::erase_if(snapshot.objects, [&](const postgres::SchemaObject& one) {
      return (one.kind == "membership" && one.name.starts_with(membership)) ||
             (one.kind == "role" && (run_.made_roles().contains(one.name) || run_.left_roles().contains(one.name)));
    });
    // A copy's name says nothing to people.
    for (postgres::SchemaObject& one : snapshot.objects)
      if (one.kind == "database") one.name = "of the trial";
    return snapshot;
  }
  DataState data(const DataState* like = nullptr) { return postgres::take_data(sessions_.reader(), like); }

  /// False, with a finding of `rule`, for a file that cannot be sent as it is.
  [[nodiscard]] bool runnable(const migration::File& file, const char* rule) {
    std::optional<TrialFinding> refusal = refusal_of(file, rule, sessions_.db().server_version());
    if (refusal) report_.findings.push_back(std::move(*refusal));
    return !refusal;
  }

  /// No verdict of it, nor of what stands on it.
  void leave_out(std::string reason) {
    failed_.push_back(current_);
    now().tried = !now().statements.empty();
    now().verdict = Verdict::not_judged;
    now().reason = std::move(reason);
  }

  void tell_failure(const migration::File& file, const FileFailure& failure) {
    report_.stopped_by = report_.stopped_by.empty() ? failure.error.sqlstate : report_.stopped_by;
    if (const std::string cause = cause_among(failed_, failure.error); !cause.empty()) {
      const bool program = std::any_of(failed_.begin(), failed_.end(), [&cause](const Source* one) {
        return one->version.stem == cause && one->forward->is_program();
      });
      return leave_out(
          format("it stands on {}, which {}: {}", cause, program ? "is a program" : "failed", failure.error.message));
    }
    failed_.push_back(current_);
    if (is_missing_object(failure.error.sqlstate)) report_.missing.push_back(failure.error);
    // COPY ... FROM STDIN, which has no data here, gives the same code.
    if (failure.error.sqlstate == "57014" && failure.error.message.starts_with("canceling statement"))
      return say("trial/forward", Gravity::error,
                 format("did not end within {} ms: {}", options_.statement_timeout.count(), failure.excerpt),
                 "split the work into batches", file.path(), failure.position);
    if (run_.escaped())
      return say("trial/server-escape", Gravity::error, failure.error.text(),
                 "a migration stays inside its database; let an administrator do this by hand", file.path(),
                 failure.position);
    if (tell_seed_failure(file, failure)) return;
    const bool denied = failure.error.sqlstate == "42501" && sessions_.scratch().embedded();
    if (denied && allows(file, "trial/forward"))
      return leave_out(format("a superuser runs it, and the trial's role is none: {}", failure.error.message));
    const std::string host = options_.base.host.empty() ? host_of(failure.error) : std::string();
    say("trial/forward", Gravity::error, failure.error.text(),
        !host.empty() ? format("it looks like {}, whose roles and schemas are not here: [kairon] host = {}", host, host)
        : denied      ? std::string(kDeniedHelp)
                      : remedy_for(failure.error, options_),
        file.path(), failure.position);
  }

  /// Seed rows are what real rows may be, not what they are: where one cannot be cast nobody knows of a real row that
  /// cannot. SQLSTATE class 23 is integrity_constraint_violation.
  bool tell_seed_failure(const migration::File& file, const FileFailure& failure) {
    const std::string& state = failure.error.sqlstate;
    const bool seeded = options_.base.backup.empty() && (options_.base.schema || !options_.base.chain.empty());
    constexpr std::array<std::string_view, 6> kCasts = {"22P02", "22007", "22008", "22003", "22001", "22023"};
    const bool cast = std::find(kCasts.begin(), kCasts.end(), state) != kCasts.end();
    if (!seeded || (!cast && !state.starts_with("23"))) return false;
    const bool allowed = allows(file, "trial/forward");
    const Gravity gravity = allowed ? Gravity::note : cast ? Gravity::warning : Gravity::error;
    say("trial/forward", gravity, format("{} (on seed rows, not on real ones)", failure.error.text()),
        "make it pass with such rows (a backfill, a WHERE), try it on a backup, or, when no such row can be: -- "
        "kairon: "
        "allow trial/forward REASON",
        file.path(), failure.position);
    if (gravity != Gravity::error) leave_out("it fails on seed rows");
    return true;
  }

  void one(const Source& source) {
    const migration::File& file = *source.forward;
    if (file.is_program()) return leave_out(format("a program, which only {} runs", file.layout().tool));
    if (!file.placeholders().empty())
      return leave_out(
          format("{} is replaced before {} sends it", file.placeholders().front().message, file.layout().tool));
    if (file.layout().psql && !file.psql_commands().empty())
      return leave_out(
          format("psql runs it, and the trial does not run {}", text::printable(file.psql_commands().front().name)));
    if (!file.layout().is_ours() && file.holds_nothing())
      return note(format("{} holds no statement", source.version.stem));
    if (!runnable(file, "trial/forward")) {
      failed_.push_back(&source);
      return;
    }
    // Roles made for a migration are part of what it starts from, so the first attempt may be repeated.
    settled_.reset();
    DataState data_before = clean_.data ? *std::exchange(clean_.data, std::nullopt) : data();
    Snapshot before = clean_.schema ? *std::exchange(clean_.schema, std::nullopt) : schema();
    if (const auto failure = run_.run(file, source.version.stem, &now().statements)) {
      dirty_ = !file.runs_in_transaction();
      if (!dirty_) clean_ = {std::move(before), std::move(data_before)};
      return tell_failure(file, *failure);
    }
    accepted_.push_back(&source);
    Snapshot after = schema();
    DataState data_after = data();
    if (options_.workflows != nullptr) {
      SessionChecker checker(sessions_.asker(), sessions_.stand_in());
      options_.workflows->step(checker, file.path());
    }
    now().changes = postgres::difference(before, after);
    judge_effects(now(), file, options_, report_.findings);
    weigh_warnings(file, sessions_.db().server_version() / 10000, options_.base, now());
    judge_loss(file, now(), data_before, data_after, report_.findings);
    if (source.verify) verify(source);
    if (!undone(source, {before, data_before}, {after, data_after})) return;
    // Where a tool records a file in its own transaction, or that it began the file, no file runs twice.
    if (file.layout().is_ours() || (file.layout().wraps && !file.runs_in_transaction()))
      return twice(file, settled_ ? *settled_ : after);
    if (dirty_ || source.verify) return;
    if (!settled_ || wrote_no_rows(file)) clean_.data = std::move(data_after);
    clean_.schema = settled_ ? std::move(settled_) : std::optional(std::move(after));
  }

  /// The script that the tool runs after the migration: it fails when the work is not done, and changes nothing.
  void verify(const Source& source) {
    const migration::File& check = *source.verify;
    if (check.holds_nothing()) return;
    if (!check.psql_commands().empty())
      return note(format("{}: its verify script holds psql commands and was not run", source.version.stem));
    const auto failure = run_.run(check, source.version.stem, nullptr);
    reset_session(sessions_.db());
    // psql leaves a transaction that a script did not end.
    if (!failure || text::contains(failure->error.message, "ends inside a transaction")) return;
    if (!run_.left_roles().empty())
      return note(format("{}: its verify script was not judged, because a role that was dropped is still here: {}",
                         source.version.stem, failure->error.message));
    say("trial/verify", Gravity::error, format("the verify script fails: {}", failure->error.text()),
        "fix the migration, or what the script expects", check.path(), failure->position);
  }

  /// The way back and forward again, where there is one.
  bool undone(const Source& source, const State& before, const State& after) {
    const migration::File& file = *source.forward;
    if (const auto* declared = file.directive(DirectiveKind::irreversible)) {
      note(format("{} is irreversible: {}", source.version.stem, declared->argument));
      return true;
    }
    if (!source.rollback) {
      if (file.layout().rollback == migration::RollbackNeed::optional)
        note(format("{} has no rollback", source.version.stem));
      if (file.layout().rollback == migration::RollbackNeed::required)
        say("trial/no-rollback", Gravity::error, "has no rollback file",
            format("write {}_rollback.sql, or say why there is none: -- kairon: irreversible REASON",
                   source.version.stem));
      return true;
    }
    if (!source.rollback->placeholders().empty() || !runnable(*source.rollback, "trial/rollback")) return true;
    return back_and_forth(source, before, after);
  }

  bool back_and_forth(const Source& source, const State& before, const State& after) {
    const migration::File& rollback = *source.rollback;
    if (const auto failure = run_.run(rollback, source.version.stem, nullptr)) {
      dirty_ = !rollback.runs_in_transaction();
      if (refuses_to_run(failure->error)) {
        note(format("{} is irreversible: its rollback raises {}", source.version.stem, failure->error.message));
        return !dirty_;
      }
      say("trial/rollback", Gravity::error, format("the rollback fails: {}", failure->error.text()), "",
          rollback.path(), failure->position);
      return false;
    }
    dirty_ = true;
    const Snapshot back = schema();
    const DataState data_back = data(&before.data);
    for (TrialFinding& finding : judge_way_back({source, before.schema, after.schema, back, before.data, data_back}))
      report_.findings.push_back(std::move(finding));
    if (failed()) return false;
    if (const auto failure = run_.run(*source.forward, source.version.stem, nullptr)) {
      const bool label = text::contains(failure->error.message, "enum label ");
      say("trial/again", Gravity::error,
          format("fails when it is run again after its rollback: {}", failure->error.text()),
          label ? "no rollback drops a value of an enum: ADD VALUE IF NOT EXISTS" : "", source.forward->path(),
          failure->position);
      return false;
    }
    settled_ = schema();
    const std::vector<postgres::SchemaChange> changes = postgres::difference(after.schema, *settled_);
    dirty_ = !changes.empty();
    for (const postgres::SchemaChange& change : changes) {
      const Gravity gravity = change.weight == postgres::DifferenceWeight::error ? Gravity::error : Gravity::warning;
      say("trial/again", gravity, format("run again after its rollback it gives another schema: {}", change.line()));
    }
    if (has_finding("trial/rollback-data"))
      for (const std::string& line : doubled_rows(before.data, after.data, data_back, data()))
        say("trial/again", Gravity::error, line, "delete them in the rollback, or write ON CONFLICT");
    return !failed();
  }

  /// A second run on top changes nothing, or fails cleanly.
  void twice(const migration::File& file, const Snapshot& before) {
    const DataState data_before = data();
    const auto failure = run_.run(file, current_->version.stem, nullptr);
    if (failure && !file.runs_in_transaction()) dirty_ = true;
    reset_session(sessions_.db());
    const auto* declared = file.directive(DirectiveKind::not_idempotent);
    // Another tool runs a file again only after it failed half-way.
    const Gravity gravity = declared != nullptr       ? Gravity::note
                            : file.layout().is_ours() ? Gravity::error
                                                      : Gravity::warning;
    std::vector<TrialFinding> found = judge_second_run(file.path(), gravity, {before, data_before}, {schema(), data()});
    const bool changed = !found.empty();
    std::move(found.begin(), found.end(), std::back_inserter(report_.findings));
    dirty_ = dirty_ || changed;
    if (failure && !changed)
      note(format("{}: a second run fails cleanly ({})", current_->version.stem, failure->error.message));
  }

  const TrialOptions& options_;
  Sessions sessions_;
  FileRun run_;
  postgres::SnapshotScope scope_ = postgres::SnapshotScope::cluster;
  TrialReport report_;
  const Source* current_ = nullptr;
  std::size_t begin_ = 0;                ///< the first finding of the migration that is being tried
  std::vector<const Source*> accepted_;  ///< since the last clean state
  std::vector<const Source*> failed_;    ///< could not be run
  bool dirty_ = false;                   ///< the database is not what the next migration starts from
  std::optional<Snapshot> settled_;      ///< after the second forward run
  struct {
    std::optional<Snapshot> schema;
    std::optional<DataState> data;
  } clean_;  ///< what the next migration starts from, where that was read already
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
