#include "trial/file_run.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.h"
#include "base/format.h"
#include "base/text.h"
#include "trial/cause.h"
#include "trial/database_name.h"
#include "trial/input.h"
#include "trial/superuser_step.h"

namespace kairon::trial {

using namespace migrate;
using Clock = std::chrono::steady_clock;
using postgres::Reply;

namespace {

double since(Clock::time_point begun) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begun).count();
}

}  // namespace

void FileRun::become_trial_role() {
  reset_session(sessions_.db());
  // Without it the server goes on with the statement of a trial that was killed.
  if (sessions_.db().server_version() >= 140000)
    static_cast<void>(sessions_.db().execute("SET client_connection_check_interval = 500"));
  sessions_.db().must(format("SET statement_timeout = {}; SET lock_timeout = '10s'; SET client_min_messages = warning",
                             options_.statement_timeout.count()));
}

/// Rows are read again where the server's counters say so, and a session keeps its own back for up to a second.
void FileRun::publish_counters(const migration::File& file) {
  postgres::Connection& db = sessions_.db();
  if (db.server_version() < 150000) return;
  if (db.state() == postgres::TransactionState::idle && !text::contains(file.text(), "track_counts")) {
    const Reply reply =
        db.execute("SELECT pg_catalog.current_setting('track_counts')::bool, pg_catalog.pg_stat_force_next_flush()");
    if (reply.ok() && reply.boolean(0, 0)) return;
  }
  sessions_.rows().forget();
}

std::optional<migrate::FileFailure> FileRun::run(const migration::File& file, const std::string& version,
                                                 std::vector<StatementReport>* watched) {
  version_ = version;
  watched_ = watched;
  superuser_steps_.clear();
  left_out_.clear();
  without_roles_.clear();
  escaped_ = false;
  const std::set<std::string> left_before = left_roles_;
  for (;;) {
    become_trial_role();
    if (watched != nullptr) watched->clear();
    retry_ = false;
    Watch watch(sessions_.db());
    began_ = false;
    own_transaction_ = false;
    const Send sender = [&](const Step& step, std::size_t i) { return this->send(file, step, i, watch); };
    // A step outside of a transaction is repeated by itself: what is before it stayed.
    const Again again = [&](const postgres::SqlError&) { return std::exchange(retry_, false); };
    auto failure = file.runs_in_transaction() ? run_wrapped(sessions_.db(), file, sender, nullptr)
                                              : run_stepwise(sessions_.db(), file, sender, nullptr, again, nullptr);
    if (failure && lacks_resources(failure->error))
      throw environment_error(format("the trial server ran out of resources: {}", failure->text(file.path())),
                              "make room in /dev/shm and TMPDIR");
    if (failure && failure->error.connection_lost)
      throw environment_error(format("the trial server ended during {}: {}", file.path(), failure->text(file.path())),
                              "split what needs much memory; else run the command again, and kairon doctor");
    if (failure) left_roles_ = left_before;
    if (failure && retry_) continue;
    publish_counters(file);
    return failure;
  }
}

Reply FileRun::send(const migration::File& file, const Step& step, std::size_t i, Watch& watch) {
  const bool watching = watched_ != nullptr;
  if (const std::string escape = escape_of(file, i); !escape.empty()) {
    if (allows(file, "migration/server-escape")) {
      listener_.note(format("{}: statement {} was not run: {}", version_, i + 1, escape));
      return {};
    }
    listener_.say({"trial/server-escape",
                   Gravity::error,
                   file.path(),
                   file.script().position(step.begin),
                   {escape, "a migration stays inside its database"}});
    return sessions_.db().execute("DO $$ BEGIN RAISE 'not run: it reaches outside of the database'; END $$");
  }
  if (passes_over(file, i)) return {};
  const bool inside = sessions_.db().state() == postgres::TransactionState::open;
  const std::size_t transaction = own_transaction_ || file.runs_in_transaction() ? transactions_ : ++transactions_;
  const bool watch_it = watching && inside && step.node != "VariableSetStmt" && i < kMaxWatched;
  // Each step outside of one transaction for all begins with no locks and counters of its own.
  if (watch_it && (!began_ || !file.runs_in_transaction())) watch.begin();
  began_ = began_ || watch_it;
  StandIn::Replacement replacement{step.text, false};
  if (sessions_.stand_in()) replacement = sessions_.stand_in()->instead_of(file, step, i);
  if (i < file.script().statements().size()) say_database(file, i, replacement.text);
  if (without_roles_.contains(i))
    replacement.text = without_roles_inside(file, i, std::move(replacement.text), sessions_.observer());
  const bool superuser = superuser_steps_.contains(i) || replacement.as_superuser;
  std::optional<OutsideWatch> outside;
  if (watching && !inside && step.node != "VariableSetStmt" && step.node != "TransactionStmt")
    outside.emplace(sessions_.scratch().observer_conninfo(), sessions_.db().backend_pid());
  const Clock::time_point begun = Clock::now();
  Reply reply =
      superuser ? sessions_.plain().as_superuser(file, i, replacement.text) : sessions_.db().perform(replacement.text);
  const double took = since(begun);
  if (step.node == "TransactionStmt") own_transaction_ = sessions_.db().state() == postgres::TransactionState::open;
  if (!reply.ok()) consider_again(file, i, reply.error());
  if (watching && reply.ok()) {
    const FileFailure place = failure_at(file, step, i, {});
    Effects effects = watch_it ? watch.after_statement() : Effects{};
    if (outside) effects.locks = outside->finish();
    watched_->push_back({place.position, place.excerpt, took, superuser, std::move(effects), transaction});
  }
  return reply;
}

/// The trial's database has another name than the real one.
void FileRun::say_database(const migration::File& file, std::size_t i, std::string& text) {
  const std::string name = named_database(file.script().tree(i).inner());
  if (name.empty()) return;
  text = on_this_database(text, file.script().tree(i).inner(), sessions_.db());
  listener_.note(format("{}: statement {} names the database {}: the trial's takes its place", version_, i + 1,
                        text::printable(name)));
}

/// A missing privilege is repeated as superuser, a missing role is made: both are noted, neither is the
/// migration's fault.
void FileRun::consider_again(const migration::File& file, std::size_t i, const postgres::SqlError& error) {
  if (!sessions_.stand_in()) refuse_missing_extension(error, sessions_.db().server_version());
  if (sessions_.stand_in() && !is_made_here(error) && sessions_.stand_in()->learn(error)) {
    retry_ = true;
    return;
  }
  if (!sessions_.scratch().embedded()) return;
  if (error.sqlstate == "42501") return consider_denial(file, i, error);
  if (is_held_by_copies(error, sessions_.scratch().in_use())) return leave_role(file, i, error);
  if (const auto role = sessions_.plain().make_missing_role(error)) {
    made_roles_.insert(quoted(*role));
    retry_ = true;
    listener_.note(
        format("{}: {}; it was made for the trial: make sure that the real server has it", version_, error.message));
  }
}

/// What a migration of this history makes is no part of an extension: it is missing because that one failed, or comes
/// later.
bool FileRun::is_made_here(const postgres::SqlError& error) const {
  if (!is_missing_object(error.sqlstate)) return false;
  const auto makes = [&error](const migrate::Source& one) { return makes_itself(*one.forward, error); };
  return std::any_of(options_.fresh.begin(), options_.fresh.end(), makes) ||
         std::any_of(options_.base.chain.begin(), options_.base.chain.end(), makes);
}

/// Roles that a DO block makes where they are missing.
bool FileRun::make_roles(const migration::File& file, std::size_t i) {
  const std::vector<std::string> made = sessions_.plain().make_roles_of(file, i);
  for (const std::string& role : made) {
    made_roles_.insert(quoted(role));
    listener_.note(format("{}: statement {} may make the role {} only as a superuser: it was made before it", version_,
                          i + 1, text::printable(role)));
  }
  return !made.empty();
}

std::string FileRun::quoted(const std::string& role) {
  const std::array<postgres::Parameter, 1> name{role};
  return std::string(sessions_.observer().must("SELECT quote_ident($1)", name).text(0, 0));
}

/// Roles belong to the server, and copies of the database go on granting to a role that the migration drops. Here it
/// stays, and who makes it again finds it.
void FileRun::leave_role(const migration::File& file, std::size_t i, const postgres::SqlError& error) {
  if (dropped_roles(file, i).empty() || !left_out_.insert(i).second) return;
  listener_.note(format("{}: statement {} was not run, because copies of the trial's database depend on the role ({})",
                        version_, i + 1, error.message));
  retry_ = true;
}

/// True for a statement that is left out, and for one that makes a role whose drop was.
bool FileRun::passes_over(const migration::File& file, std::size_t i) {
  if (left_out_.contains(i)) {
    for (const std::string& role : dropped_roles(file, i)) left_roles_.insert(quoted(role));
    return true;
  }
  if (left_roles_.empty() || i >= file.script().statements().size()) return false;
  const sql::Node role = file.script().tree(i)["CreateRoleStmt"]["role"];
  return role && left_roles_.erase(quoted(std::string(role.string()))) > 0;
}

/// What the plain role may not do is decided by the statement's kind.
void FileRun::consider_denial(const migration::File& file, std::size_t i, const postgres::SqlError& error) {
  switch (after_denial(file, i, sessions_.observer())) {
    case Denied::repeat:
      if (!superuser_steps_.insert(i).second) return;
      listener_.note(
          format("{}: statement {} needs a superuser and was repeated as one ({})", version_, i + 1, error.message));
      break;
    case Denied::left_out:
      if (!left_out_.insert(i).second) return;
      listener_.note(format("{}: statement {} needs a superuser of the real server and was not run ({})", version_,
                            i + 1, error.message));
      break;
    case Denied::escape:
      escaped_ = true;
      return;
    case Denied::failure:
      if (!make_roles(file, i) && roles_inside(file, i, sessions_.observer()).empty()) return;
      if (!without_roles_.insert(i).second) return;
      break;
  }
  retry_ = true;
}

}  // namespace kairon::trial
