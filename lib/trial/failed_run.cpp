#include "trial/failed_run.h"

#include <algorithm>
#include <array>

#include "base/format.h"
#include "trial/cause.h"
#include "trial/hosts.h"
#include "trial/input.h"

namespace kairon::trial {
namespace {

/// Seed rows are what real rows may be, not what they are: where one cannot be cast nobody knows of a real row that
/// cannot. SQLSTATE class 23 is integrity_constraint_violation.
bool tell_seed_failure(const Stage& stage, const migration::File& file, const migrate::FileFailure& failure) {
  const std::string& state = failure.error.sqlstate;
  const Base& base = stage.options.base;
  const bool seeded = base.backup.empty() && (base.schema || !base.chain.empty());
  constexpr std::array<std::string_view, 6> kCasts = {"22P02", "22007", "22008", "22003", "22001", "22023"};
  const bool cast = std::find(kCasts.begin(), kCasts.end(), state) != kCasts.end();
  if (!seeded || (!cast && !state.starts_with("23"))) return false;
  const bool allowed = migrate::allows(file, "trial/forward");
  const Gravity gravity = allowed ? Gravity::note : cast ? Gravity::warning : Gravity::error;
  stage.record.say("trial/forward", gravity,
                   {format("{} (on seed rows, not on real ones)", failure.error.text()),
                    "make it pass with such rows (a backfill, a WHERE), try it on a backup, or, when no such row can "
                    "be: -- kairon: allow trial/forward REASON"},
                   file.path(), failure.position);
  if (gravity == Gravity::error)
    stage.record.cannot_run();
  else
    stage.record.leave_out("it fails on seed rows");
  return true;
}

/// COPY ... FROM STDIN, which has no data here, gives the same code.
bool ran_too_long(const postgres::SqlError& error) {
  return error.sqlstate == "57014" && error.message.starts_with("canceling statement");
}

/// Superusers run the migrations of some; the trial's role owns the database and is none.
bool is_denied(const Stage& stage, const postgres::SqlError& error) {
  return error.sqlstate == "42501" && stage.sessions.scratch().embedded();
}

/// What is said of a failure that comes from no other migration and not from seed rows.
Message why(const Stage& stage, const postgres::SqlError& error) {
  const std::string host = stage.options.base.host.empty() ? host_of(error) : std::string();
  if (!host.empty())
    return {error.text(),
            format("it looks like {}, whose roles and schemas are not here: [kairon] host = {}", host, host)};
  if (is_denied(stage, error))
    return {error.text(),
            "the trial's role owns the database and is not a superuser; where a superuser runs your migrations: -- "
            "kairon: allow trial/forward REASON"};
  return {error.text(), remedy_for(error, stage.options)};
}

}  // namespace

void tell_failure(const Stage& stage, const migration::File& file, const migrate::FileFailure& failure) {
  Record& record = stage.record;
  const postgres::SqlError& error = failure.error;
  TrialReport& report = record.report();
  if (report.stopped_by.empty()) report.stopped_by = error.sqlstate;
  if (const std::string cause = cause_among(record.not_run(), error); !cause.empty()) {
    const bool program = std::any_of(record.not_run().begin(), record.not_run().end(), [&](const migrate::Source* one) {
      return one->version.stem == cause && one->forward->is_program();
    });
    return record.leave_out(
        format("it needs {}, which {}: {}", cause, program ? "is a program" : "failed", error.message));
  }
  if (is_missing_object(error.sqlstate)) report.missing.push_back(error);
  const auto say = [&](const char* rule, Message message) {
    record.cannot_run();
    record.say(rule, Gravity::error, std::move(message), file.path(), failure.position);
  };
  if (ran_too_long(error))
    return say("trial/forward",
               {format("did not end within {} ms: {}", stage.options.statement_timeout.count(), failure.excerpt),
                "split the work into batches"});
  if (stage.run.escaped())
    return say("trial/server-escape",
               {error.text(), "a migration stays inside its database; let an administrator do this by hand"});
  if (tell_seed_failure(stage, file, failure)) return;
  if (is_denied(stage, error) && migrate::allows(file, "trial/forward"))
    return record.leave_out(format("a superuser runs it, and the trial's role is not one: {}", error.message));
  say("trial/forward", why(stage, error));
}

}  // namespace kairon::trial
