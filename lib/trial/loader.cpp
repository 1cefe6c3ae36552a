#include "trial/loader.h"

#include "base/error.h"
#include "base/format.h"
#include "base/text.h"
#include "migrate/run_steps.h"
#include "trial/superuser_step.h"

namespace kairon::trial {

using postgres::Reply;
using postgres::TransactionState;

namespace {

constexpr int kMaxTries = 500;

}  // namespace

std::string cause_of(const migration::File& file, const std::string& path, const migrate::FileFailure& failure) {
  const auto is_before = [&](const sql::Position& at) {
    return at.line != failure.position.line ? at.line < failure.position.line : at.column < failure.position.column;
  };
  if (file.script().ok()) return failure.text(path);
  const sql::SyntaxError& error = file.script().errors().front();
  const sql::Position at = file.script().position(error.offset);
  if (!is_before(at)) return failure.text(path);
  return format("{}:{}:{}: {}, so line {} fails: {}", path, at.line, at.column, text::printable(error.message),
                failure.position.line, failure.error.text());
}

std::optional<migrate::FileFailure> Loader::file(const migration::File& file) {
  const std::vector<migrate::Step> steps = migrate::steps_of(file, session_.db().server_version());
  std::size_t begin = 0;  // the BEGIN of the transaction that is open: what a rollback leads back to
  int tries = 0;
  for (std::size_t i = 0; i < steps.size();) {
    if (session_.db().state() != TransactionState::open) begin = i;
    const Reply reply = send_replaced(session_, stand_in_, file, steps[i], i);
    const Next next = reply.ok() ? Next::go_on : after(file, steps[i], i, reply.error());
    if (!reply.ok() && (next == Next::give_up || ++tries > kMaxTries))
      return migrate::failure_at(file, steps[i], i, reply.error());
    const bool undone = session_.db().state() == TransactionState::failed;
    if (undone) static_cast<void>(session_.db().execute("ROLLBACK"));
    i = undone ? begin : next == Next::again ? i : i + 1;
  }
  return std::nullopt;
}

void Loader::chains(const std::vector<std::vector<migrate::Source>>& others, const std::vector<migrate::Source>& own,
                    std::vector<std::string>& notes) {
  std::vector<Chain> all;
  for (const std::vector<migrate::Source>& sources : others) all.push_back({&sources});
  all.push_back({&own});
  for (bool moved = true; moved;) {
    moved = false;
    for (Chain& one : all) {
      std::size_t elsewhere = 0;
      for (const Chain& other : all) elsewhere += &other == &one ? 0 : other.at;
      if (one.finished() || (!one.why.empty() && one.elsewhere == elsewhere)) continue;
      one.elsewhere = elsewhere;
      moved = go(one) > 0 || moved;
    }
  }
  for (const Chain& one : all) {
    if (one.finished()) continue;
    if (one.sources != &own) {
      notes.push_back(format("of another history, from here on not part of the base: {}", one.why));
      continue;
    }
    throw Error(ExitCode::blocked, format("the base does not load: {}", one.why),
                "write the schema of the real database into the file that [kairon] schema names (pg_dump "
                "--schema-only); a published migration stays as it is");
  }
}

/// A committed migration: in its transaction where its text is all SQL, else what of it can be sent.
Result<void> Loader::migration(const migration::File& one) {
  const bool plain = one.psql_commands().empty() && one.script().ok() && one.runs_in_transaction();
  if (plain && !one.holds_nothing() && session_.is_ours()) return run_migration(session_, one, stand_in_);
  const auto failure = file(one);
  migrate::reset_session(session_.db());
  return failure ? Result<void>(Failure{cause_of(one, one.path(), *failure)}) : Result<void>();
}

/// Returns how many migrations ran.
std::size_t Loader::go(Chain& chain) {
  const std::size_t begin = chain.at;
  for (; !chain.finished(); ++chain.at) {
    const migration::File& file = *(*chain.sources)[chain.at].forward;
    if (file.is_program()) continue;
    const Result<void> done = migration(file);
    if (done.ok()) continue;
    chain.why = done.failure().text;
    break;
  }
  return chain.at - begin;
}

/// Makes what a failed step misses.
Loader::Next Loader::after(const migration::File& file, const migrate::Step& step, std::size_t index,
                           const postgres::SqlError& error) {
  if (stand_in_ == nullptr) refuse_missing_extension(error, session_.db().server_version());
  if (!session_.is_ours() && is_missing_role(error)) {
    if (is_about_roles(file, index)) return Next::go_on;
    throw environment_error(
        format("the base does not load on {}: {}", session_.db().shown(),
               migrate::failure_at(file, step, index, error).text(file.path())),
        "create that role on the test server, or unset KAIRON_TEST_DATABASE_URL for the embedded one");
  }
  const bool made = session_.make_missing_role(error).has_value() || (stand_in_ != nullptr && stand_in_->learn(error));
  return made ? Next::again : Next::give_up;
}

}  // namespace kairon::trial
