#include "deploy/migrations.h"

#include <algorithm>
#include <chrono>
#include <ctime>

#include "backup/place.h"
#include "backup/safety.h"
#include "base/error.h"
#include "base/format.h"
#include "base/guard.h"
#include "base/terminal.h"
#include "base/text.h"
#include "deploy/journal.h"
#include "migrate/tool_table.h"
#include "n8n/tree.h"
#include "repository/published.h"
#include "target/history_database.h"
#include "trial/input.h"

namespace kairon::deploy {

namespace {

using terminal::Channel;

// The commit whose schema the environment has: what was deployed there last, else what the deploy
// branch's remote had. "" = none is known.
std::string base_commit(const DeployScene& scene, const std::string& environment) {
  std::string base;
  for (const std::string& line : Journal(scene.source.common_dir(), environment).history()) {
    const Result<n8n::Tree> entry = n8n::Tree::parse(line);
    const bool green = entry.ok() && (*entry)["result"].string() == "deployed";
    if (green && scene.source.resolve_commit((*entry)["commit"].string())) base = (*entry)["commit"].string();
  }
  if (!base.empty()) return base;
  return repository::remote_deploy_branch(scene.source, scene.settings).value_or("");
}

// The trial of exactly what is pending, on top of everything else. Where no earlier state is known, that is
// the schema file as it was first committed, and after it a database with nothing else in it.
std::vector<trial::TrialOptions> trials_for(const DeployScene& scene, const config::Settings& history,
                                            const std::string& environment,
                                            const std::vector<const migrate::Source*>& pending) {
  trial::TrialRequest request;
  request.tip = scene.content.commit;
  request.base = base_commit(scene, environment);
  trial::TrialOptions trial = trial::trial_input(&scene.source, history, request);
  std::vector<migrate::Source> all = std::move(trial.base.chain);
  all.insert(all.end(), trial.fresh.begin(), trial.fresh.end());
  std::erase_if(all, [&pending](const migrate::Source& one) {
    return std::any_of(pending.begin(), pending.end(),
                       [&one](const migrate::Source* other) { return other->version.stem == one.version.stem; });
  });
  migrate::sort_by_version(all);
  trial.base.chain = std::move(all);
  trial.fresh.clear();
  for (const migrate::Source* one : pending) trial.fresh.push_back(*one);
  std::vector<trial::TrialOptions> ways = trial::schema_bases(scene.source, history, request, trial);
  if (!ways.empty()) ways.pop_back();
  ways.push_back(std::move(trial));
  return ways;
}

/// The words that name the history to a command; "" where there is one for all.
std::string history_option(const config::Settings& settings) {
  return settings.history().empty() ? "" : format(" --history {}", settings.history());
}

}  // namespace

DeployMigrations::DeployMigrations(const DeployScene& scene, const config::Target& target, const DeployFlags& flags)
    : scene_(scene), target_(target) {
  if (target.database.empty()) return;
  if (!flags.only.empty()) {
    left_out_ = "not with --only";
  } else if (scene.settings.stage_enabled(config::kGateMigrate, &left_out_)) {
    for (config::Settings& one : scene.settings.histories()) histories_.push_back({std::move(one)});
    for (History& one : histories_) read(one);
  }
}

bool DeployMigrations::any() const {
  return std::any_of(histories_.begin(), histories_.end(), [](const History& one) { return !one.plan.empty(); });
}

void DeployMigrations::read(History& history) const {
  history.sources = scene_.content.commit.empty()
                        ? migrate::read_folder(scene_.source.top(), history.settings)
                        : trial::read_commit(scene_.source, scene_.content.commit, history.settings);
  if (history.sources.empty()) return;
  const std::vector<migrate::StateLine> state = migrate::read_state(options(history).target, history.sources);
  const auto is_pending = [](const migrate::StateLine& line) { return line.standing == migrate::Standing::pending; };
  if (std::any_of(state.begin(), state.end(), is_pending))
    migrate::refuse_foreign_layout(history.sources, &migration::Layout::up);
  else if (migrate::is_foreign(history.sources))
    return;
  history.plan = migrate::plan_up(state, options(history));
  for (const migrate::StateLine& line : state)
    if (line.standing != migrate::Standing::pending) history.last_applied = line.version;
  if (!history.plan.empty()) refuse_unbaselined(history, state);
}

// A database that grew before the gate came has everything, and no row says so: running the chain
// from its beginning would be the worst thing to do.
void DeployMigrations::refuse_unbaselined(const History& history, const std::vector<migrate::StateLine>& state) const {
  const bool none_applied = std::all_of(state.begin(), state.end(), [](const migrate::StateLine& line) {
    return line.standing == migrate::Standing::pending;
  });
  if (!none_applied) return;
  postgres::Connection db = postgres::Connection::require(options(history).target);
  const postgres::Reply tables = db.must(
      "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') "
      "AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relname <> 'schema_migrations' "
      "AND c.relname !~ '^kairon_'");
  if (tables.integer(0, 0) == 0) return;
  throw Error(
      ExitCode::blocked,
      format("no migration is recorded in {}, though it has {}", db.shown(),
             text::counted(static_cast<std::size_t>(tables.integer(0, 0)), "table")),
      format("kairon migrate baseline --env {}{} --to VERSION records what it has already; or [gate] migrate = off",
             target_.name, history_option(history.settings)));
}

migrate::RunOptions DeployMigrations::options(const History& history) const {
  migrate::RunOptions options;
  options.target.conninfo = target::database_of_history(history.settings, target_.database);
  options.say = [](const std::string& line) { terminal::print(Channel::err, "  " + line); };
  return options;
}

std::vector<std::string> DeployMigrations::versions() const {
  std::vector<std::string> out;
  for (const History& history : histories_)
    for (const migrate::Source* source : history.plan) out.push_back(source->version.stem);
  return out;
}

std::vector<std::string> DeployMigrations::lines() const {
  std::vector<std::string> out;
  if (target_.name == "prod") out.push_back(backup_line());
  if (target_.database.empty()) return out;
  if (!left_out_.empty()) out.push_back("  migrations left out: " + left_out_);
  for (const History& history : histories_) {
    const std::string lead = history.settings.history_lead();
    for (const migrate::Source* source : history.plan)
      out.push_back(format("  migrate   {}{}: {}, {}", lead, text::printable(source->forward->path()),
                           text::counted(source->forward->script().statements().size(), "statement"),
                           source->forward->runs_in_transaction() ? "one transaction" : "statement by statement"));
    if (history.plan.empty() && !history.sources.empty())
      out.push_back(format("  migrations: {}none is pending", lead));
  }
  return out;
}

void DeployMigrations::prove() const {
  if (!any() || target_.name == "dev") return;
  if (std::string why; !scene_.settings.stage_enabled(config::kGateTrial, &why)) {
    terminal::print(Channel::err, format("  migrations not tried: {}", why));
    return;
  }
  for (const History& history : histories_)
    if (!history.plan.empty()) prove(history);
}

void DeployMigrations::prove(const History& history) const {
  std::vector<trial::TrialOptions> ways = trials_for(scene_, history.settings, target_.name, history.plan);
  const std::string verdicts = scene_.source.common_dir() + "/kairon/trial-verdicts";
  for (const trial::TrialOptions& way : ways)
    if (trial::verdict_known(verdicts, trial::verdict_key(way))) return;
  terminal::Progress progress("trying the migrations on a throw-away database,");
  trial::TrialReport report;
  for (trial::TrialOptions& way : ways) {
    way.say = [&progress](const std::string& version) { progress.update(version); };
    report = trial::run_trial(way);
    if (report.passed()) return trial::remember_verdict(verdicts, trial::verdict_key(way));
    if (!trial::is_present_object(report.stopped_by)) break;
  }
  terminal::write(Channel::err, trial::trial_text(report));
  throw Error(
      ExitCode::blocked,
      format("{}the migrations pending on {} did not pass their trial", history.settings.history_lead(), target_.name),
      "fix them; kairon migrate test tries them without a deployment");
}

// A young one counts; on an environment without backups the plan has said so.
void DeployMigrations::back_up() const {
  if (!backup::backups_configured(scene_.settings, scene_.source.top(), target_.name)) return;
  backup::BackupRequest request = backup::backup_request(scene_.settings, scene_.source.top(), target_.name);
  request.workflows = backup::workflow_saver(scene_.settings.target(target_.name));
  request.reason = "before a deployment's migrations";
  request.tool = format("kairon {}", version());
  terminal::Progress progress("backup of " + target_.name);
  request.say = [&progress](const std::string& what) { progress.update(what); };
  constexpr std::chrono::hours kYoungEnough{1};
  terminal::print(Channel::err, "  " + backup::ensure_backup(request, kYoungEnough).shown);
}

std::string DeployMigrations::backup_line() const {
  const backup::BackupHealth health =
      backup::backup_health(scene_.settings, scene_.source.top(), target_.name, std::time(nullptr));
  if (!health.configured) return "  backup: none is configured ([backup] directory)";
  const std::string_view first = any() ? "; one is taken before the migrations unless it is younger than an hour" : "";
  if (!health.newest_good) return format("  backup: there is none yet{}", first);
  return format("  backup: the newest good one is {} old{}{}", backup::shown_age(health.newest_good->count()),
                health.too_old ? " (too old)" : "", first);
}

void DeployMigrations::run() {
  for (History& history : histories_)
    if (!history.plan.empty()) run(history);
}

void DeployMigrations::run(History& history) {
  migrate::RunOptions options = this->options(history);
  options.agreed.emplace();
  for (const migrate::Source* source : history.plan) options.agreed->insert(source->version.stem);
  options.before_first = [this] { back_up(); };
  const migrate::RunOutcome outcome = migrate::run_up(history.sources, options);
  for (const migrate::RunStep& step : outcome.done) {
    done_.push_back(step.version);
    history.done.push_back(step.version);
    terminal::print(Channel::err,
                    format("  migrated    {} ({} ms)", text::printable(step.path), step.duration.count()));
  }
  if (!outcome.ok())
    throw Error(ExitCode::blocked,
                format("{}migrations on {}: {}", history.settings.history_lead(), target_.name, outcome.failure.text),
                outcome.failure.remedy);
}

std::string DeployMigrations::way_back(const History& history) const {
  const std::string down = format("kairon migrate down --env {}{}", target_.name, history_option(history.settings));
  if (!history.last_applied.empty()) return format("{} --to {}", down, history.last_applied);
  return history.done.size() == 1 ? down : format("{} ({} times)", down, history.done.size());
}

std::string DeployMigrations::standing() const {
  if (done_.empty()) return {};
  std::vector<std::string> commands;
  for (const History& history : histories_)
    if (!history.done.empty()) commands.push_back(way_back(history));
  return format("still applied on {}: {}; to take them back: {}", target_.name, text::join(done_, ", "),
                text::join(commands, "; "));
}

}  // namespace kairon::deploy
