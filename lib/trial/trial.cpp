#include "trial/trial.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/format.h"
#include "base/text.h"
#include "migrate/run_steps.h"
#include "postgres/fingerprint.h"
#include "trial/effects.h"
#include "trial/schema_checker.h"
#include "trial/superuser_step.h"

namespace kairon::trial {
namespace {

using namespace migrate;
using Clock = std::chrono::steady_clock;
using migration::DirectiveKind;
using postgres::Connection;
using postgres::DataState;
using postgres::Reply;
using postgres::Snapshot;

constexpr std::size_t kMaxWatched = 1000;

double since(Clock::time_point begun) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begun).count();
}

class Trial {
 public:
  explicit Trial(const TrialOptions& options) : options_(options), scratch_(options.base, options.major) {
    // Logged in, not SET ROLE: a migration may reset whatever a session can reset.
    db_.emplace(Connection::require({.conninfo = scratch_.trial_conninfo(), .application_name = "kairon trial"}));
    // A migration may set statement_timeout itself, even to 0.
    db_->cancel_after(options.statement_timeout + std::chrono::seconds(1));
    observer_.emplace(
        Connection::require({.conninfo = scratch_.observer_conninfo(), .application_name = "kairon trial"}));
    if (options.workflows != nullptr)
      asker_.emplace(Connection::require({.conninfo = scratch_.trial_conninfo(), .application_name = "kairon check"}));
    session_.emplace(*db_, scratch_.embedded() ? &*observer_ : nullptr);
    stand_in_ = StandIn::make(options.base.missing, scratch_.raw_conninfo());
    scope_ = scratch_.embedded() ? postgres::SnapshotScope::cluster : postgres::SnapshotScope::database;
  }

  /// New migrations that the restored backup has already.
  [[nodiscard]] std::vector<std::string> already_there() {
    std::vector<std::string> found;
    VersionTable table(*db_);
    if (table.foreign()) return found;
    for (const StateLine& line : compare_state(options_.fresh, table.rows()))
      if (line.source != nullptr && line.standing != Standing::pending) found.push_back(line.version);
    return found;
  }

  TrialReport run() {
    const Clock::time_point begun = Clock::now();
    report_.server = scratch_.shown();
    report_.base = describe(options_.base);
    report_.notes = scratch_.notes();
    if (options_.workflows != nullptr) {
      SessionChecker checker(*asker_, stand_in_.get());
      report_.statements = options_.workflows->statements().size();
      options_.workflows->start(checker);
    }
    for (const Source& source : options_.fresh) {
      current_ = &source;
      report_.migrations.push_back(
          {source.version.stem, source.forward->path(), {}, {}, report_.passed(), source.forward->checksum()});
      if (!now().tried) continue;
      if (options_.say) options_.say(source.version.stem);
      one(source);
    }
    tell_stand_ins();
    report_.milliseconds = since(begun);
    return std::move(report_);
  }

 private:
  void tell_stand_ins() {
    if (!stand_in_) return;
    for (const std::string& line : stand_in_->told())
      say("trial/stand-in", Gravity::warning,
          format("an extension is not installed on the trial server and was stood in for: {}", line),
          format("what it really does is not tried; {}",
                 extension_remedy(line.substr(0, line.find(' ')), db_->server_version())));
  }

  MigrationReport& now() { return report_.migrations.back(); }

  void say(std::string rule, Gravity gravity, std::string message, std::string help = {}, std::string path = {},
           sql::Position position = {}) {
    if (path.empty()) path = current_->forward->path();
    report_.findings.push_back(
        {std::move(rule), gravity, std::move(path), position, std::move(message), std::move(help)});
  }

  void become_trial_role() {
    reset_session(*db_);
    // Without it the server goes on with the statement of a trial that was killed.
    if (db_->server_version() >= 140000) static_cast<void>(db_->execute("SET client_connection_check_interval = 500"));
    db_->must(format("SET statement_timeout = {}; SET lock_timeout = '10s'; SET client_min_messages = warning",
                     options_.statement_timeout.count()));
  }

  /// Runs a file as the runner would. `watched`: fills the statement reports.
  enum class Watching { no, yes };
  std::optional<FileFailure> run_file(const migration::File& file, Watching watching) {
    superuser_steps_.clear();
    left_out_.clear();
    escaping_ = false;
    for (;;) {
      become_trial_role();
      if (watching == Watching::yes) now().statements.clear();
      retry_ = false;
      Watch watch(*db_);
      began_ = false;
      own_transaction_ = false;
      const Send send = [&](const Step& step, std::size_t i) { return send_step(file, step, i, watch, watching); };
      // A step outside of a transaction is repeated by itself: what stands before it stayed.
      const Again again = [&](const postgres::SqlError&) { return std::exchange(retry_, false); };
      auto failure = file.runs_in_transaction() ? run_wrapped(*db_, file, send, nullptr)
                                                : run_stepwise(*db_, file, send, nullptr, again, nullptr);
      if (failure && lacks_resources(failure->error))
        throw environment_error(format("the trial server ran out of resources: {}", failure->text(file.path())),
                                "make room in /dev/shm and TMPDIR");
      if (failure && failure->error.connection_lost)
        throw environment_error(format("the trial server ended during {}: {}", file.path(), failure->text(file.path())),
                                "run the command again; kairon doctor looks for the reason");
      if (!failure || !retry_) return failure;
    }
  }

  Reply send_step(const migration::File& file, const Step& step, std::size_t i, Watch& watch, Watching watching) {
    if (const std::string escape = escape_of(file, i); !escape.empty()) {
      if (allows(file, "migration/server-escape")) {
        note(format("{}: statement {} was not run: {}", current_->version.stem, i + 1, escape));
        return {};
      }
      say("trial/server-escape", Gravity::error, escape, "a migration stays inside its database", file.path(),
          file.script().position(step.begin));
      return db_->execute("DO $$ BEGIN RAISE 'not run: it reaches outside of the database'; END $$");
    }
    if (left_out_.contains(i)) return {};
    const bool inside = db_->state() == postgres::TransactionState::open;
    const std::size_t transaction = own_transaction_ || file.runs_in_transaction() ? transactions_ : ++transactions_;
    const bool watch_it = watching == Watching::yes && inside && step.node != "VariableSetStmt" && i < kMaxWatched;
    // Each step outside of one transaction for all begins with no locks and counters of its own.
    if (watch_it && (!began_ || !file.runs_in_transaction())) watch.begin();
    began_ = began_ || watch_it;
    StandIn::Replacement replacement{step.text, false};
    if (stand_in_) replacement = stand_in_->instead_of(file, step, i);
    const bool superuser = superuser_steps_.contains(i) || replacement.as_superuser;
    std::optional<OutsideWatch> outside;
    if (watching == Watching::yes && !inside && step.node != "VariableSetStmt" && step.node != "TransactionStmt")
      outside.emplace(scratch_.observer_conninfo(), db_->backend_pid());
    const Clock::time_point begun = Clock::now();
    Reply reply = superuser ? session_->as_superuser(file, i, replacement.text) : db_->execute(replacement.text);
    const double took = since(begun);
    if (step.node == "TransactionStmt") own_transaction_ = db_->state() == postgres::TransactionState::open;
    if (!reply.ok()) consider_again(file, i, reply.error());
    if (watching == Watching::yes && reply.ok()) {
      const FileFailure place = failure_at(file, step, i, {});
      Effects effects = watch_it ? watch.after_statement() : Effects{};
      if (outside) effects.locks = outside->finish();
      now().statements.push_back({place.position, place.excerpt, took, superuser, std::move(effects), transaction});
    }
    return reply;
  }

  /// A missing privilege is repeated as superuser, a missing role is made: both are noted, neither is the
  /// migration's fault.
  void consider_again(const migration::File& file, std::size_t i, const postgres::SqlError& error) {
    if (!stand_in_) refuse_missing_extension(error, db_->server_version());
    if (stand_in_ && stand_in_->learn(error)) {
      retry_ = true;
      return;
    }
    if (!scratch_.embedded()) return;
    if (error.sqlstate == "42501") return consider_denial(file, i, error);
    if (const auto role = session_->make_missing_role(error)) {
      const std::array<postgres::Parameter, 1> name{*role};
      made_roles_.emplace(observer_->must("SELECT quote_ident($1)", name).text(0, 0));
      retry_ = true;
      note(format("{}: {}; it was made for the trial: make sure that the real server has it", current_->version.stem,
                  error.message));
    }
  }

  /// What the plain role may not do is decided by the statement's kind.
  void consider_denial(const migration::File& file, std::size_t i, const postgres::SqlError& error) {
    switch (after_denial(file, i, *observer_)) {
      case Denied::repeat:
        if (!superuser_steps_.insert(i).second) return;
        note(format("{}: statement {} needs a superuser and was repeated as one ({})", current_->version.stem, i + 1,
                    error.message));
        break;
      case Denied::left_out:
        if (!left_out_.insert(i).second) return;
        note(format("{}: statement {} needs a superuser of the real server and was not run ({})",
                    current_->version.stem, i + 1, error.message));
        break;
      case Denied::escape:
        escaping_ = true;
        return;
      case Denied::failure:
        return;
    }
    retry_ = true;
  }

  void note(const std::string& text) {
    if (std::find(report_.notes.begin(), report_.notes.end(), text) == report_.notes.end())
      report_.notes.push_back(text);
  }

  /// Without what the trial itself made: roles that are missing here, and that the trial role is in them.
  Snapshot schema() {
    Snapshot snapshot = postgres::take_snapshot(*observer_, scope_);
    const std::string membership = format("{} in ", kTrialRole);
    std::erase_if(snapshot.objects, [&](const postgres::SchemaObject& one) {
      return (one.kind == "membership" && one.name.starts_with(membership)) ||
             (one.kind == "role" && made_roles_.contains(one.name));
    });
    return snapshot;
  }
  DataState data(const DataState* like = nullptr) { return postgres::take_data(*observer_, like); }

  void one(const Source& source) {
    const migration::File& file = *source.forward;
    require_runnable(file, db_->server_version());
    if (source.rollback) require_runnable(*source.rollback, db_->server_version());
    // Roles made for a migration are part of what it starts from, so the first attempt may be repeated.
    settled_.reset();
    const DataState data_before = data();
    const Snapshot before = schema();
    if (const auto failure = run_file(file, Watching::yes)) {
      report_.stopped_by = failure->error.sqlstate;
      // COPY ... FROM STDIN, which has no data here, gives the same code.
      if (failure->error.sqlstate == "57014" && failure->error.message.starts_with("canceling statement"))
        return say("trial/forward", Gravity::error,
                   format("did not end within {} ms: {}", options_.statement_timeout.count(), failure->excerpt),
                   "split the work into batches", file.path(), failure->position);
      if (escaping_)
        return say("trial/server-escape", Gravity::error, failure->error.text(),
                   "a migration stays inside its database; let an administrator do this by hand", file.path(),
                   failure->position);
      return say("trial/forward", Gravity::error, failure->error.text(),
                 "run it on a copy of the data and fix the statement", file.path(), failure->position);
    }
    const Snapshot after = schema();
    const DataState data_after = data();
    if (options_.workflows != nullptr) {
      SessionChecker checker(*asker_, stand_in_.get());
      options_.workflows->step(checker, file.path());
    }
    now().changes = postgres::difference(before, after);
    judge_effects(now(), file, options_, report_.findings);
    judge_loss(file, data_before, data_after);
    const bool irreversible = file.directive(DirectiveKind::irreversible) != nullptr;
    if (irreversible) {
      note(
          format("{} is irreversible: {}", source.version.stem, file.directive(DirectiveKind::irreversible)->argument));
    } else if (!source.rollback) {
      say("trial/no-rollback", Gravity::error, "has no rollback file",
          format("write {}_rollback.sql, or say why there is none: -- kairon: irreversible REASON",
                 source.version.stem));
    } else if (!back_and_forth(source, before, data_before, after)) {
      return;
    }
    twice(file, settled_ ? *settled_ : after);
  }

  bool back_and_forth(const Source& source, const Snapshot& before, const DataState& data_before,
                      const Snapshot& after) {
    const migration::File& rollback = *source.rollback;
    if (const auto failure = run_file(rollback, Watching::no)) {
      say("trial/rollback", Gravity::error, format("the rollback fails: {}", failure->error.text()), "",
          rollback.path(), failure->position);
      return false;
    }
    for (const postgres::SchemaChange& change : postgres::difference(before, schema())) {
      const Gravity gravity =
          postgres::weight_of(change) == postgres::DifferenceWeight::error ? Gravity::error : Gravity::warning;
      say("trial/rollback-schema", gravity, format("the rollback leaves a difference: {}", change.line()),
          "undo exactly what the migration does, indexes, comments, grants and defaults included", rollback.path());
    }
    const DataState back = data(&data_before);
    for (const postgres::TableData& table : data_before.tables) {
      const postgres::TableData* found = back.by_name(table.name);
      if (found != nullptr && found->rows == table.rows && found->fingerprint == table.fingerprint) continue;
      const std::string what = found == nullptr || found->rows != table.rows
                                   ? format("{} had {} rows and has {} after the rollback", table.name, table.rows,
                                            found == nullptr ? 0 : found->rows)
                                   : format("{} has other values after the rollback", table.name);
      say("trial/rollback-data", Gravity::error, what, "keep the data aside, or declare -- kairon: irreversible REASON",
          rollback.path());
    }
    if (!report_.passed()) return false;
    if (const auto failure = run_file(*source.forward, Watching::no)) {
      say("trial/again", Gravity::error,
          format("fails when it is run again after its rollback: {}", failure->error.text()), "",
          source.forward->path(), failure->position);
      return false;
    }
    settled_ = schema();
    for (const postgres::SchemaChange& change : postgres::difference(after, *settled_)) {
      const Gravity gravity =
          postgres::weight_of(change) == postgres::DifferenceWeight::error ? Gravity::error : Gravity::warning;
      say("trial/again", gravity, format("run again after its rollback it gives another schema: {}", change.line()));
    }
    return report_.passed();
  }

  /// A second run on top changes nothing, or fails cleanly.
  void twice(const migration::File& file, const Snapshot& before) {
    const DataState data_before = data();
    const auto failure = run_file(file, Watching::no);
    reset_session(*db_);
    const auto* declared = file.directive(DirectiveKind::not_idempotent);
    const Gravity gravity = declared != nullptr ? Gravity::note : Gravity::error;
    bool changed = false;
    for (const postgres::SchemaChange& change : postgres::difference(before, schema())) {
      say("trial/idempotency", gravity, format("a second run changes the schema: {}", change.line()),
          "write IF NOT EXISTS, or declare -- kairon: not-idempotent REASON");
      changed = true;
    }
    const DataState data_after = data();
    for (const postgres::TableData& table : data_before.tables) {
      const postgres::TableData* found = data_after.by_name(table.name);
      if (found != nullptr && found->fingerprint == table.fingerprint && found->rows == table.rows) continue;
      say("trial/idempotency", gravity, format("a second run changes the data of {}", table.name),
          "write ON CONFLICT or a WHERE that no longer matches, or declare -- kairon: not-idempotent REASON");
      changed = true;
    }
    if (failure && !changed)
      note(format("{}: a second run fails cleanly ({})", current_->version.stem, failure->error.message));
  }

  [[nodiscard]] static bool allows_loss(const migration::File& file) {
    constexpr std::array<std::string_view, 5> kRules = {"trial/data-loss", "migration/ban-drop-table",
                                                        "migration/ban-truncate-cascade", "migration/truncate",
                                                        "migration/delete-without-where"};
    return std::any_of(kRules.begin(), kRules.end(), [&](std::string_view rule) { return allows(file, rule); });
  }

  void judge_loss(const migration::File& file, const DataState& before, const DataState& after) {
    for (const postgres::TableData& table : before.tables) {
      const postgres::TableData* found = after.by_oid(table.oid);
      if (found == nullptr) found = after.by_name(table.name);  // swapped for a new table of that name
      const long long rows = found == nullptr ? 0 : found->rows;
      if (rows >= table.rows) continue;
      say("trial/data-loss", allows_loss(file) ? Gravity::note : Gravity::error,
          format("{} loses {} of {} rows", table.name, table.rows - rows, table.rows),
          "if that is meant, say so: -- kairon: allow trial/data-loss REASON");
    }
  }

  const TrialOptions& options_;
  Scratch scratch_;
  std::optional<Connection> db_;
  std::optional<Connection> observer_;
  std::optional<Connection> asker_;  ///< prepares the workflows' statements, as the plain role
  std::optional<PlainSession> session_;
  std::unique_ptr<StandIn> stand_in_;  ///< null: an extension that is missing ends the trial
  postgres::SnapshotScope scope_ = postgres::SnapshotScope::cluster;
  TrialReport report_;
  const Source* current_ = nullptr;
  std::optional<Snapshot> settled_;  ///< after the second forward run
  std::set<std::size_t> superuser_steps_;
  std::set<std::size_t> left_out_;
  bool escaping_ = false;             ///< the file failed because it reaches beyond its database
  std::set<std::string> made_roles_;  ///< as quote_ident writes them
  bool retry_ = false;
  bool began_ = false;
  bool own_transaction_ = false;  ///< inside of one that the file began
  std::size_t transactions_ = 0;
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
