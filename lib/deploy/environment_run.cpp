#include "deploy/environment_run.h"

#include <chrono>
#include <optional>

#include "base/format.h"
#include "base/terminal.h"
#include "base/text.h"
#include "deploy/approval.h"
#include "deploy/deployments.h"
#include "deploy/migrations.h"
#include "deploy/order.h"
#include "deploy/prerequisite.h"
#include "deploy/report.h"
#include "deploy/transaction.h"
#include "notify/told.h"
#include "target/session.h"

namespace kairon::deploy {

namespace {

using Clock = std::chrono::steady_clock;
using terminal::Channel;

std::chrono::milliseconds since(Clock::time_point begun) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun);
}

ExitCode exit_code(Outcome outcome) {
  switch (outcome) {
    case Outcome::nothing_to_do:
    case Outcome::deployed:
      return ExitCode::passed;
    case Outcome::rolled_back:
      return ExitCode::blocked;
    case Outcome::unsettled:
    case Outcome::rollback_failed:
      return ExitCode::environment;
    case Outcome::interrupted:
      break;
  }
  return ExitCode::interrupted;
}

Outcome undone_outcome(const RollbackReport& report) {
  if (report.ok()) return Outcome::rolled_back;
  return report.problems.empty() ? Outcome::unsettled : Outcome::rollback_failed;
}

/// Writes how a run ended: a row in the environment's database, and a notification.
class RunRecord {
 public:
  RunRecord(const DeployScene& scene, target::DeploySession& session, const Deployment& deployment,
            const Journal& journal, Clock::time_point begun)
      : scene_(scene), session_(session), deployment_(deployment), journal_(journal), begun_(begun) {}

  [[nodiscard]] std::chrono::milliseconds elapsed() const { return since(begun_); }

  void ended(const DeployResult& result, const std::vector<std::string>& migrated, const std::string& kept) const {
    DeploymentRow row = this->row(result.outcome);
    const bool left = result.outcome == Outcome::deployed || result.outcome == Outcome::nothing_to_do;
    if (left) {
      const Effects effects = effects_of(result.plan);
      row.created = effects.created;
      row.updated = effects.updated + effects.activated + effects.deactivated;
      row.unchanged = effects.unchanged;
      row.removed = effects.retired + effects.deleted;
    }
    row.migrations = migrated;
    row.requests = result.requests;
    row.failure = result.failure.text;
    if (left) row.workflows = journal_.state();
    write_row(session_.target(), row);
    const bool failed = !left;
    if (failed || result.outcome == Outcome::deployed || !migrated.empty())
      tell(failed ? notify::JobOutcome::failed : notify::JobOutcome::done,
           failed ? format("{}: {}", outcome_name(result.outcome), result.failure.text)
                  : format("{}, {}", effects_line(result), text::counted(migrated.size(), "migration")),
           kept);
  }

  /// A deployment that never ended gets its end in the database and in a message, as any other.
  void undone(const RollbackReport& report) const {
    DeploymentRow row = this->row(undone_outcome(report));
    row.failure = report.ok()               ? "it was interrupted"
                  : report.problems.empty() ? "not answered: " + text::join(report.unsettled, "; ")
                                            : text::join(report.problems, "; ");
    row.requests = session_.api().requests();
    write_row(session_.target(), row);
    tell(notify::JobOutcome::failed, format("{}: {}", row.result, row.failure), report.note);
  }

  /// No workflow was written. `migrated` migrations are kept, which somebody has to know.
  void not_deployed(const Error& error, const std::vector<std::string>& migrated, const std::string& kept) const {
    if (!kept.empty()) {
      DeploymentRow row = this->row(Outcome::interrupted);
      row.result = "not deployed";
      row.migrations = migrated;
      row.failure = error.message().text;
      row.requests = session_.api().requests();
      write_row(session_.target(), row);
    }
    if (!kept.empty() || error.code() == ExitCode::blocked)
      tell(notify::JobOutcome::failed, error.message().text, kept);
  }

 private:
  DeploymentRow row(Outcome outcome) const {
    DeploymentRow row;
    row.environment = session_.target().name;
    row.commit = deployment_.commit();
    row.by = deployer();
    row.result = outcome_name(outcome);
    row.duration = since(begun_);
    return row;
  }

  // Dev fails all day long, and whoever works on it sees that.
  void tell(notify::JobOutcome outcome, std::string summary, const std::string& kept) const {
    if (session_.target().name == "dev") return;
    notify::Notice notice;
    notice.job = "deploy";
    notice.environment = session_.target().name;
    notice.outcome = outcome;
    notice.summary = std::move(summary);
    if (!deployment_.commit().empty()) notice.details.push_back("commit " + deployment_.commit());
    notice.details.push_back("by " + deployer());
    if (outcome == notify::JobOutcome::failed && !kept.empty()) notice.details.push_back(kept);
    (void)notify::notify_news(scene_.settings, std::move(notice), scene_.source.common_dir());
  }

  const DeployScene& scene_;
  target::DeploySession& session_;
  const Deployment& deployment_;
  const Journal& journal_;
  const Clock::time_point begun_;
};

/// One run against one environment.
class Stage {
 public:
  Stage(const DeployScene& scene, const std::string& environment, const DeployFlags& flags)
      : scene_(scene),
        flags_(flags),
        environment_(environment),
        session_(target::required_target(scene.settings, environment)),
        journal_(scene.source.common_dir(), environment),
        past_(deploy_past(scene, environment)),
        deployment_(session_.api(), journal_, past_, deploy_order(scene, session_.target(), flags)),
        record_(scene, session_, deployment_, journal_, begun_) {}

  ExitCode run() {
    switch (flags_.mode) {
      case DeployMode::resume:
        return resume();
      case DeployMode::rollback:
        return undo();
      case DeployMode::verify:
        return verify();
      case DeployMode::write:
      case DeployMode::dry_run:
        break;
    }
    return deploy();
  }

 private:
  bool is_text() const { return flags_.output == OutputForm::text; }

  Plan plan() {
    terminal::Progress progress(environment_ + ": waiting for n8n,");
    return deployment_.plan([&progress](std::string_view what) { progress.update(what); });
  }

  ExitCode deploy() {
    Plan plan = this->plan();
    migrations_.emplace(scene_, session_.target(), flags_);
    const bool works = plan.has_writes() || migrations_->any();
    const bool stops = !plan.problems.empty() || flags_.mode == DeployMode::dry_run;
    if (is_text() || (works && !stops)) show(plan);
    if (stops) {
      if (!is_text())
        terminal::print(Channel::out, to_json(environment_, plan, migrations_->versions(), nullptr, record_.elapsed()));
      return plan.problems.empty() ? ExitCode::passed : ExitCode::blocked;
    }
    check_rules();
    if (works) {
      migrations_->prove();
      require_approval(session_.target(), scene_.content.commit);
    }
    try {
      return report(deployment_.carry_out(std::move(plan), hooks()));
    } catch (const Error& error) {
      const std::string kept = migrations_->standing();
      if (!kept.empty()) terminal::print(Channel::err, "note: " + kept);
      record_.not_deployed(error, migrations_->done(), kept);
      throw;
    }
  }

  void check_rules() {
    if (environment_ == "prod") require_branch(scene_.source, scene_.settings, scene_.content.commit, flags_.branch);
    require_earlier_stage(scene_, session_.target());
  }

  // In JSON the plan still has to be seen by who approves it.
  void show(const Plan& plan) const {
    const Channel channel = is_text() ? Channel::out : Channel::err;
    print_plan(channel, environment_, plan, flags_.words);
    for (const std::string& line : migrations_->lines()) terminal::print(channel, line);
  }

  DeployHooks hooks() {
    DeployHooks hooks;
    if (is_text()) hooks.done = [](const Step& step) { print_step(step); };
    if (migrations_ && migrations_->any())
      hooks.before = [this] {
        migrations_->run();
        return migrations_->standing();
      };
    return hooks;
  }

  ExitCode resume() { return report(deployment_.resume(hooks().done)); }

  ExitCode undo() {
    const bool interrupted = journal_.open_record().has_value();  // else there is only a lock to remove
    const RollbackReport undone = deployment_.undo();
    print_rollback(undone);
    if (undone.problems.empty() && !undone.ok()) terminal::print(Channel::err, unsettled_help(environment_));
    terminal::print(Channel::out, format("{}: {}", environment_,
                                         undone.problems.empty() ? outcome_name(undone_outcome(undone))
                                                                 : "not all could be restored"));
    if (interrupted) record_.undone(undone);
    return undone.ok() ? ExitCode::passed : ExitCode::environment;
  }

  ExitCode verify() {
    const Deployment::References found = deployment_.check_references();
    for (const std::string& one : found.dangling) terminal::print(Channel::err, "error: " + one);
    terminal::print(
        Channel::out,
        format("{}: {} executeWorkflow and {} errorWorkflow references resolve, {} callerIds, {} dangling; "
               "{} credentials",
               environment_, found.calls, found.errors, found.callers, found.dangling.size(), found.credentials));
    const Drift drift = deployment_.check_drift(session_.target().database);
    print_drift(environment_, drift);
    const std::size_t ours = scene_.content.workflows.size();
    const bool is_empty = found.workflows == 0 && ours > 0;
    if (is_empty)
      terminal::print(Channel::err,
                      format("error: the server of {0} has no workflow of the {1} in git\nhelp: kairon deploy {0}",
                             environment_, ours));
    return found.dangling.empty() && !drift.any() && !is_empty ? ExitCode::passed : ExitCode::blocked;
  }

  ExitCode report(const DeployResult& result) {
    const std::vector<std::string> migrated = migrations_ ? migrations_->done() : std::vector<std::string>();
    if (is_text()) {
      print_result(environment_, result, record_.elapsed());
    } else {
      terminal::print(Channel::out, to_json(environment_, result.plan, migrated, &result, record_.elapsed()));
    }
    record_.ended(result, migrated, kept(result));
    return exit_code(result.outcome);
  }

  // What a rollback of the workflows does not touch.
  std::string kept(const DeployResult& result) const {
    if (migrations_) return migrations_->standing();
    return result.rollback ? result.rollback->note : std::string();
  }

  const DeployScene& scene_;
  const DeployFlags& flags_;
  const std::string environment_;
  const Clock::time_point begun_ = Clock::now();
  target::DeploySession session_;
  Journal journal_;
  Past past_;
  Deployment deployment_;
  RunRecord record_;
  std::optional<DeployMigrations> migrations_;
};

}  // namespace

ExitCode deploy_to(const DeployScene& scene, const std::string& environment, const DeployFlags& flags) {
  return Stage(scene, environment, flags).run();
}

}  // namespace kairon::deploy
