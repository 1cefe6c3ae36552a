#include "check/trials.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "base/build_id.h"
#include "base/error.h"
#include "base/format.h"
#include "base/hash.h"
#include "base/terminal.h"
#include "base/text.h"
#include "check/schema_check.h"
#include "check/trial_drift.h"
#include "trial/cause.h"

namespace kairon::check {

namespace {

/// The state whose workflows have to go on working.
repository::Snapshot workflows_of(git::GitSource* source, const config::Settings& settings,
                                  const trial::TrialRequest& request) {
  if (source == nullptr) return {};
  if (!request.tip.empty()) return repository::tree_snapshot(*source, request.tip, settings);
  return source->top().empty() ? repository::Snapshot{} : repository::work_tree_snapshot(source->top(), settings);
}

template <typename T>
void append(std::vector<T>& all, std::vector<T>&& more) {
  std::move(more.begin(), more.end(), std::back_inserter(all));
}

bool is_about_rollback(std::string_view rule) {
  return rule.starts_with("trial/rollback") || rule == "trial/again" || rule == "trial/no-rollback" ||
         rule == "trial/server-escape" || rule == "trial/stand-in";
}

}  // namespace

void merge(trial::TrialReport& all, trial::TrialReport&& one) {
  if (all.server.empty()) {
    all.server = one.server;
    all.base = one.base;
  }
  append(all.notes, std::move(one.notes));
  append(all.migrations, std::move(one.migrations));
  append(all.findings, std::move(one.findings));
  append(all.missing, std::move(one.missing));
  all.statements = std::max(all.statements, one.statements);
  all.milliseconds += one.milliseconds;
}

MigrationTrials::MigrationTrials(git::GitSource* source, const config::Settings& settings, trial::TrialRequest request,
                                 Verdicts verdicts, std::optional<std::chrono::milliseconds> limit)
    : source_(source), settings_(settings), request_(std::move(request)), verdicts_(verdicts) {
  fresh_.push_back(trial::trial_input(source, settings, request_));
  if (source != nullptr) append(repaired_, trial::repaired_bases(*source, settings, request_, fresh_.front()));
  if (source != nullptr && request_.files.empty()) {
    append(fresh_, trial::schema_bases(*source, settings, request_, fresh_.front()));
    for (trial::TrialOptions& one : trial::changed_rollbacks(*source, settings, request_)) {
      trial::TrialRequest from_nothing{{}, {}, request_.tip};
      Ways ways{std::move(one)};
      if (!ways.front().base.schema) append(ways, trial::schema_bases(*source, settings, from_nothing, ways.front()));
      rollbacks_.push_back(std::move(ways));
    }
  }
  if (fresh_.front().fresh.empty()) fresh_.clear();
  if (!limit) return;
  for (Ways* ways : {&fresh_, &repaired_})
    for (trial::TrialOptions& way : *ways) way.statement_timeout = *limit;
  for (Ways& ways : rollbacks_)
    for (trial::TrialOptions& way : ways) way.statement_timeout = *limit;
}

std::size_t MigrationTrials::migrations() const {
  return (fresh_.empty() ? 0 : fresh_.front().fresh.size()) + rollbacks_.size();
}

void MigrationTrials::set_others(const std::vector<std::vector<migrate::Source>>& others) {
  for (Ways* ways : {&fresh_, &repaired_})
    for (trial::TrialOptions& way : *ways) way.base.others = others;
  for (Ways& ways : rollbacks_)
    for (trial::TrialOptions& way : ways) way.base.others = others;
}

void MigrationTrials::read_workflows() {
  workflows_ = workflows_of(source_, settings_, request_);
  statements_ = schema_statements(workflows_);
}

std::string MigrationTrials::verdicts() const {
  return source_ == nullptr ? std::string() : source_->common_dir() + "/kairon/trial-verdicts";
}

std::string MigrationTrials::proof_of(const trial::TrialOptions& way) const {
  std::string content = trial::verdict_key(way) + "\n" + std::string(build_id());
  for (const lint::SchemaStatement& one : statements_.statements) content += "\n" + one.path + "\n" + one.text;
  return hash::sha256(content);
}

bool MigrationTrials::proven(const Ways& ways) const {
  return ways.empty() || std::any_of(ways.begin(), ways.end(), [this](const trial::TrialOptions& way) {
           if (trial::verdict_known(verdicts(), proof_of(way))) return true;
           if (others_.empty()) return false;
           trial::TrialOptions together = way;
           together.base.others = others_;
           return trial::verdict_known(verdicts(), proof_of(together));
         });
}

bool MigrationTrials::proven() const {
  const bool fresh = proven(fresh_) || (!repaired_.empty() && proven(repaired_));
  return verdicts_ == Verdicts::remembered && fresh &&
         std::all_of(rollbacks_.begin(), rollbacks_.end(), [this](const Ways& ways) { return proven(ways); });
}

bool MigrationTrials::others_make(const std::vector<postgres::SqlError>& missing) const {
  for (const std::vector<migrate::Source>& other : others_)
    for (const migrate::Source& source : other)
      for (const postgres::SqlError& error : missing)
        if (trial::would_make(*source.forward, error)) return true;
  return false;
}

/// Histories may be copies of each other: the others are part of the base only where they are needed.
trial::TrialReport MigrationTrials::run() {
  trial::TrialReport alone;
  try {
    alone = run_alone();
    if (!others_make(alone.missing)) return alone;
  } catch (const Error& error) {
    if (others_.empty() || error.code() != ExitCode::blocked) throw;
  }
  set_others(others_);
  try {
    trial::TrialReport together = run_alone();
    set_others({});
    return together;
  } catch (const Error& error) {
    set_others({});
    if (alone.server.empty() || error.code() != ExitCode::blocked) throw;
    return alone;
  }
}

trial::TrialReport MigrationTrials::run_alone() {
  trial::TrialReport report;
  if (!fresh_.empty()) merge(report, run_fresh());
  for (Ways& ways : rollbacks_) merge(report, run_rollback(ways));
  return report;
}

/// A published state that does not load must not block what repairs it.
trial::TrialReport MigrationTrials::run_fresh() {
  try {
    return run(fresh_, Workflows::asked);
  } catch (const Error& error) {
    if (repaired_.empty() || error.code() != ExitCode::blocked) throw;
    terminal::print(
        terminal::Channel::err,
        format("kairon: note: the migrations are tried on the new {}, because the published state cannot be "
               "loaded: {}",
               repaired_.front().base.schema_path, error.message().text));
  }
  trial::TrialReport report = run(repaired_[0], Workflows::asked);
  return trial::is_present_object(report.stopped_by)
             ? taken_as_part(std::move(report), repaired_[0], repaired_[1], Workflows::asked)
             : report;
}

/// Tries a chain that does not load on an empty database on the schema file.
trial::TrialReport MigrationTrials::run_reachable(Ways& ways) {
  try {
    return run(ways, Workflows::not_asked);
  } catch (const Error& error) {
    if (ways.size() == 1 || error.code() != ExitCode::blocked) throw;
  }
  return run_on_schema(ways, Workflows::not_asked);
}

/// Tries a rollback whose migration was published long ago: findings about the migration itself are not new. Where
/// the migration does not run any more, nothing is known of its rollback.
trial::TrialReport MigrationTrials::run_rollback(Ways& ways) {
  const migrate::Source source = ways.front().fresh.front();
  trial::TrialReport report;
  std::string why;
  try {
    report = run_reachable(ways);
    if (!report.stopped_by.empty()) why = report.findings.front().message.text;
  } catch (const Error& error) {
    if (error.code() != ExitCode::blocked) throw;
    why = error.message().text;
  }
  std::erase_if(report.findings, [](const trial::TrialFinding& one) { return !is_about_rollback(one.rule); });
  if (why.empty()) {
    report.notes.insert(report.notes.begin(),
                        format("{}: its changed rollback is tried on {}", source.version.stem, report.base));
  } else {
    report.migrations.clear();
    report.findings.push_back(
        {"trial/rollback",
         trial::Gravity::warning,
         source.forward->path(),
         {},
         {format("its changed rollback could not be tried: {}", why), "try it by hand on a copy of the data"}});
  }
  return report;
}

/// Tries a first push on an empty database; where that lacks what a migration needs, on the schema file. Where the
/// schema file has already what a migration makes, the migrations that came with it are taken as part of it.
trial::TrialReport MigrationTrials::run(Ways& ways, Workflows workflows) {
  if (ways.size() > 1) ways[0].gives_up = trial::is_missing_object;
  trial::TrialReport report = run(ways[0], workflows);
  if (ways.size() == 1 || !trial::is_missing_object(report.stopped_by)) return report;
  return run_on_schema(ways, workflows);
}

trial::TrialReport MigrationTrials::run_on_schema(Ways& ways, Workflows workflows) {
  ways[1].gives_up = trial::is_present_object;
  trial::TrialReport report = run(ways[1], workflows);
  if (!trial::is_present_object(report.stopped_by)) return report;
  return taken_as_part(std::move(report), ways[1], ways[2], workflows);
}

/// The schema has already what the migrations of `every` make: those that `later` lacks are part of it.
trial::TrialReport MigrationTrials::taken_as_part(trial::TrialReport report, const trial::TrialOptions& every,
                                                  trial::TrialOptions& later, Workflows workflows) {
  const std::string note =
      format("{} that came with {}: taken as part of it and not tried",
             text::counted(every.fresh.size() - later.fresh.size(), "migration"), every.base.schema_path);
  if (later.fresh.empty()) {
    report.stopped_by.clear();
    report.findings.clear();
    report.migrations.clear();
  } else {
    report = run(later, workflows);
  }
  report.notes.push_back(note);
  return report;
}

trial::TrialReport MigrationTrials::run(trial::TrialOptions& way, Workflows workflows) {
  lint::SchemaProbe probe(statements_);
  if (workflows == Workflows::asked) way.workflows = &probe;
  terminal::Progress progress("migrations");
  way.say = [&](const std::string& version) { progress.update(version); };
  const auto begun = std::chrono::steady_clock::now();
  trial::TrialReport report = trial::run_trial(way);
  // With the server's start and the base, as whoever waits counts it.
  const std::chrono::duration<double, std::milli> elapsed = std::chrono::steady_clock::now() - begun;
  report.milliseconds = elapsed.count();
  way.workflows = nullptr;
  way.say = nullptr;
  if (workflows == Workflows::asked) add_drift(probe, workflows_, settings_, report);
  if (report.passed() && verdicts_ == Verdicts::remembered) trial::remember_verdict(verdicts(), proof_of(way));
  return report;
}

}  // namespace kairon::check
