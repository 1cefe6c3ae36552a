#include "gate/push_pipeline.h"

#include <algorithm>
#include <chrono>

#include "base/environments.h"
#include "base/format.h"
#include "base/kairon_child.h"
#include "base/message.h"
#include "base/terminal.h"
#include "base/text.h"
#include "deploy/journal.h"
#include "gate/dry_run.h"
#include "gate/passed_before.h"
#include "gate/schema_stage.h"
#include "json/document.h"
#include "repository/snapshot.h"

namespace kairon::gate {

namespace {

using Clock = std::chrono::steady_clock;
using terminal::Channel;

void say(const std::string& text) { terminal::print(Channel::err, "kairon: " + text); }

bool changes_migrations(git::GitSource& source, const repository::PushedRef& pushed, const config::Settings& settings) {
  const auto changes = source.tree_changes(pushed.base, pushed.tip, settings.sql_places());
  return std::any_of(changes.begin(), changes.end(), [&](const git::Change& change) {
    return settings.is_migration_path(change.path) || settings.is_schema_path(change.path);
  });
}

bool skipped(const config::Settings& settings, const config::Key<bool>& stage) {
  std::string why;
  if (settings.stage_enabled(stage, &why)) return false;
  say(format("stage '{}' skipped: {}", stage.name, why));
  return true;
}

std::string_view verdict(ExitCode code) {
  switch (code) {
    case ExitCode::passed:
      return "passed";
    case ExitCode::interrupted:
      return "interrupted";
    case ExitCode::environment:
      return "could not run";
    default:
      return "failed";
  }
}

struct Stage {
  std::string title;  ///< "stage 2, smoke tests on dev"
  std::vector<std::string> arguments;
  std::string skip;  ///< what KAIRON_SKIP has to name, "" when nothing skips it
};

/// The line of a stage that is over, and how to repeat one that stops the push.
ExitCode close_stage(const Stage& stage, Clock::time_point begun, ExitCode code) {
  const std::chrono::duration<double> elapsed = Clock::now() - begun;
  say(format("{}: {} ({:.1f} s)", stage.title, verdict(code), elapsed.count()));
  if (code == ExitCode::passed || code == ExitCode::interrupted) return code;
  const std::string again = "kairon " + text::join(stage.arguments, " ");
  std::string skip;
  if (!stage.skip.empty()) skip = format("; KAIRON_SKIP={} skips it once", stage.skip);
  if (!skip.empty() && code == ExitCode::environment) skip += format(", [gate] {} = off in .kairon always", stage.skip);
  terminal::print(Channel::err, rendered("kairon: ", {format("push blocked at {}.", stage.title),
                                                      format("{} repeats it{}", again, skip)}));
  return code;
}

ExitCode run_stage(const Stage& stage) {
  const Clock::time_point begun = Clock::now();
  return close_stage(stage, begun, run_kairon(stage.arguments, "kairon: " + stage.title));
}

/// `skip`: as of Stage.
Stage trial_of(const repository::PushedRef& pushed, std::string skip) {
  return {"trial of the migrations", {"migrate", "test", "--push", pushed.base + ".." + pushed.tip}, std::move(skip)};
}

ExitCode check_workflow_sql(const PushedSchema& schema) {
  const Clock::time_point begun = Clock::now();
  return close_stage({"the workflows' SQL against the schema", {"check", "--schema"}, "trial"}, begun, schema.check());
}

/// New migrations are tried, and the SQL of the workflows is held against the schema: one stage, because
/// both need the throw-away server.
ExitCode ask_database(git::GitSource& source, const repository::PushedRef& pushed, const config::Settings& settings) {
  if (!changes_migrations(source, pushed, settings)) {
    const PushedSchema schema(source, pushed, settings);
    return !schema.wanted() || skipped(settings, config::kGateTrial) ? ExitCode::passed : check_workflow_sql(schema);
  }
  if (skipped(settings, config::kGateTrial)) return ExitCode::passed;
  const PassedBefore before(source, pushed, settings);
  if (before.known()) {
    say("trial of the migrations: passed before for these commits");
    return ExitCode::passed;
  }
  const ExitCode trial = run_stage(trial_of(pushed, "trial"));
  if (trial != ExitCode::passed) return trial;
  const PushedSchema schema(source, pushed, settings);
  const ExitCode answer = schema.wanted() ? check_workflow_sql(schema) : ExitCode::passed;
  if (answer == ExitCode::passed) before.remember();
  return answer;
}

/// Stages 1 to 3 of one push to the deploy branch.
class Pipeline {
 public:
  Pipeline(git::GitSource& source, const deploy::PushTarget& target, const config::Settings& settings)
      : source_(source), target_(target), settings_(settings), tip_(target.pushed.tip) {}

  ExitCode run() {
    if (wants_local()) {
      const ExitCode code = smoke("stage 2", "local");
      if (code != ExitCode::passed) return code;
    }
    if (skipped(settings_, config::kGateDeploy) || !has_environment() || is_dry_run()) return ExitCode::passed;
    smoke_on_ = has_smoke_tests() && !skipped(settings_, config::kGateSmoke);
    for (const std::string_view name : kEnvironments) {
      const ExitCode code = deliver(std::string(name));
      if (code != ExitCode::passed) return code;
    }
    return ExitCode::passed;
  }

 private:
  // Only where the user says so: it may install an n8n, and it takes seconds.
  bool wants_local() const {
    return settings_.value(config::kSmokeLocal) && !settings_.target("dev").configured() &&
           our_dry_run() != DryRun::yes && !skipped(settings_, config::kGateSmoke) && has_smoke_tests();
  }

  bool has_environment() const {
    for (const std::string_view name : kEnvironments)
      if (settings_.target(name).configured()) return true;
    if (holds_any(settings_.workflow_globs()))
      say("nothing deployed: no environment is configured (git config kairon.env-dev.n8nUrl URL)");
    return false;
  }

  bool is_dry_run() {
    dry_ = our_dry_run();
    if (dry_ == DryRun::yes) say("nothing deployed: this is a dry run");
    return dry_ == DryRun::yes;
  }

  /// The tip has a file of these patterns.
  bool holds_any(const std::vector<std::string>& globs) const {
    std::vector<std::string> folders;
    for (const std::string& glob : globs) folders.push_back(repository::fixed_folder(glob));
    if (std::find(folders.begin(), folders.end(), "") != folders.end()) folders.clear();
    const std::vector<git::Entry> entries = source_.tree_entries(tip_, folders);
    return std::any_of(entries.begin(), entries.end(), [&globs](const git::Entry& entry) {
      return entry.is_file() && std::any_of(globs.begin(), globs.end(), [&entry](const std::string& glob) {
               return text::glob_match(glob, entry.path);
             });
    });
  }

  bool has_smoke_tests() const {
    const std::vector<std::string> globs = settings_.smoke_globs();
    const bool any = holds_any(globs);
    if (!any) say(format("stage 2, smoke tests: there are none ({})", text::join(globs, ", ")));
    return any;
  }

  // Messages to production are real ones: only where somebody wants them.
  bool wants_smoke(const std::string& name) const {
    if (!smoke_on_) return false;
    return settings_.find(config::kEnvSmoke, name) ? settings_.value(config::kEnvSmoke, name) : name != "prod";
  }

  ExitCode deliver(const std::string& name) {
    const config::Target environment = settings_.target(name);
    const std::string stage = name == "dev" ? "stage 1" : "stage 3";
    if (!environment.configured()) {
      say(format("{}, {}: not configured, left out", stage, name));
      return ExitCode::passed;
    }
    if (dry_ == DryRun::unknown && name == "prod" && environment.approval == "none") {
      // Nobody would be asked, and an alias may hide --dry-run.
      say(format("prod not deployed: it cannot be seen whether this is a dry run; run: kairon deploy prod --commit {}",
                 tip_));
      return ExitCode::passed;
    }
    const std::size_t before = deploy::Journal(source_.common_dir(), name).history().size();
    const std::string branch = settings_.value(config::kDeployBranch);
    ExitCode code = run_stage({format("{}, deployment to {}", stage, name),
                               {"deploy", name, "--commit", tip_, "--branch", branch},
                               "deploy"});
    if (code != ExitCode::passed) return code;
    const bool wrote = has_deployed_since(name, before);
    if (wrote && name != "dev") deploy::note_not_on_remote(source_.common_dir(), name, target_);
    if (wrote && name == "prod") code = verify(stage);
    if (code == ExitCode::passed && wants_smoke(name)) code = smoke(name == "dev" ? "stage 2" : stage, name);
    return code;
  }

  // Production gets no messages; what can be seen without them is looked at: every reference and
  // credential resolves, what runs is what was sent, the webhooks are there.
  ExitCode verify(const std::string& stage) {
    return run_stage({stage + ", verification of prod", {"deploy", "prod", "--verify", "--commit", tip_}, ""});
  }

  ExitCode smoke(const std::string& stage, const std::string& name) const {
    return run_stage(
        {format("{}, smoke tests on {}", stage, name), {"smoke", name, "--unless-proven", "--commit", tip_}, "smoke"});
  }

  bool has_deployed_since(const std::string& name, std::size_t before) const {
    const std::vector<std::string> history = deploy::Journal(source_.common_dir(), name).history();
    for (std::size_t i = before; i < history.size(); ++i) {
      const json::Document::Parsed parsed = json::Document::parse(history[i]);
      if (parsed.document && parsed.document->root()["result"].string() == "deployed") return true;
    }
    return false;
  }

  git::GitSource& source_;
  const deploy::PushTarget& target_;
  const config::Settings& settings_;
  const std::string tip_;
  DryRun dry_ = DryRun::unknown;
  bool smoke_on_ = false;
};

}  // namespace

ExitCode try_received(git::GitSource& source, const repository::PushedRef& pushed, const config::Settings& settings) {
  return changes_migrations(source, pushed, settings) ? run_stage(trial_of(pushed, "")) : ExitCode::passed;
}

ExitCode run_push_stages(git::GitSource& source, const deploy::PushTarget& target, const config::Settings& settings) {
  const repository::PushedRef& pushed = target.pushed;
  const ExitCode database = ask_database(source, pushed, settings);
  if (database != ExitCode::passed) return database;
  if (pushed.remote_ref != "refs/heads/" + settings.value(config::kDeployBranch)) return ExitCode::passed;
  return Pipeline(source, target, settings).run();
}

}  // namespace kairon::gate
