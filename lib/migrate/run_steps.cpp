#include "migrate/run_steps.h"

#include <array>

#include "base/format.h"
#include "postgres/quote.h"

namespace kairon::migrate {

namespace {

using postgres::Parameter;
using postgres::Reply;
using postgres::TransactionState;

/// The statement refuses to run in a transaction: 25001 active_sql_transaction (CREATE INDEX
/// CONCURRENTLY, VACUUM ...), 2D000 invalid_transaction_termination (a procedure that commits).
bool wants_no_transaction(const postgres::SqlError& error) {
  return error.sqlstate == "25001" || error.sqlstate == "2D000";
}

bool waits_for_locks(const postgres::SqlError& error) { return error.sqlstate == "55P03" || error.sqlstate == "40P01"; }

/// True for a DROP INDEX CONCURRENTLY whose index is gone: a run that was killed did it and could not
/// write its row any more.
bool is_dropped(postgres::Connection& db, const sql::Node& statement) {
  const sql::Node node = statement["DropStmt"];
  if (!node["concurrent"].boolean()) return false;
  std::string name;
  for (const sql::Node part : node["objects"].at(0)["List"]["items"])
    name += (name.empty() ? "" : ".") + postgres::quote_identifier(part.name());
  const std::array<Parameter, 1> values = {name};
  return !name.empty() && db.must("SELECT to_regclass($1) IS NULL", values).boolean(0, 0);
}

struct BuiltIndex {
  std::string name;
  bool valid = false;
};

/// Returns the index of a CREATE INDEX CONCURRENTLY when the table has it already. An attempt that failed
/// leaves an invalid one (docs: CREATE INDEX, "Building Indexes Concurrently"), which IF NOT EXISTS would
/// take for done.
std::optional<BuiltIndex> built_index(postgres::Connection& db, const sql::Node& statement) {
  const sql::Node node = statement["IndexStmt"];
  const std::string name(node["idxname"].string());
  if (name.empty() || !node["concurrent"].boolean()) return std::nullopt;
  const sql::Node relation = node["relation"];
  const std::string schema(relation["schemaname"].string());
  const std::string table = (schema.empty() ? "" : postgres::quote_identifier(schema) + ".") +
                            postgres::quote_identifier(relation["relname"].string());
  const std::array<Parameter, 2> values = {name, table};
  const Reply reply = db.must(
      "SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname), i.indisvalid FROM pg_index i JOIN pg_class c "
      "ON c.oid = "
      "i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relname = $1 AND i.indrelid = "
      "to_regclass($2)",
      values);
  if (reply.size() == 0) return std::nullopt;
  return BuiltIndex{std::string(reply.text(0, 0)), reply.boolean(0, 1)};
}

class Stepwise {
 public:
  Stepwise(postgres::Connection& db, const migration::File& file, const Send& send, Journal* journal,
           const Again& again, const std::function<Reply()>& at_end)
      : db_(db),
        file_(file),
        send_(send),
        journal_(journal),
        again_(again),
        at_end_(at_end),
        steps_(steps_of(file, db.server_version())) {}

  std::optional<FileFailure> run() {
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      const Reply reply = one(i);
      if (reply.ok()) continue;
      roll_back();
      const std::size_t first = open_.empty() ? i : open_.front();
      const bool whole = !open_.empty() && steps_[first].node == "TransactionStmt";
      if (!whole || !waits_for_locks(reply.error()) || !again_ || !again_(reply.error()))
        return failure(steps_[i], i, first, reply.error());
      // Its own transaction from its BEGIN on.
      open_.clear();
      i = first - 1;
    }
    if (at_end_done_) return std::nullopt;
    const Reply reply = db_.state() == TransactionState::idle ? in_transaction([&] { return end(); }) : unfinished();
    if (reply.ok()) return std::nullopt;
    roll_back();
    return failure({"", "", file_.script().text().size()}, steps_.size(), open_.empty() ? steps_.size() : open_.front(),
                   reply.error());
  }

 private:
  void roll_back() {
    if (!db_.lost() && db_.state() != TransactionState::idle) static_cast<void>(db_.execute("ROLLBACK"));
  }

  FileFailure failure(const Step& step, std::size_t i, std::size_t stayed, const postgres::SqlError& error) const {
    FileFailure failure = failure_at(file_, step, i, error);
    failure.stayed = stayed;
    return failure;
  }

  /// A reply that carries an error of ours: only the server can make one, so it is asked to. Its code is not that of a
  /// plain RAISE, with which a rollback says that it cannot be run.
  Reply unfinished() {
    return db_.execute(
        "DO $$ BEGIN RAISE 'the file ends inside a transaction that it began' USING ERRCODE = "
        "'invalid_transaction_state'; END $$");
  }

  Reply in_transaction(const std::function<Reply()>& work) {
    Reply reply = db_.execute("BEGIN");
    if (reply.ok()) reply = work();
    if (reply.ok()) return db_.execute("COMMIT");
    if (!db_.lost()) static_cast<void>(db_.execute("ROLLBACK"));
    return reply;
  }

  Reply end() {
    Reply reply = journal_ == nullptr ? Reply() : journal_->clear();
    if (reply.ok() && at_end_) reply = at_end_();
    return reply;
  }

  Reply finish(std::size_t i) { return journal_ == nullptr ? Reply() : journal_->finish(i, steps_[i].text); }

  Reply one(std::size_t i) {
    const Step& step = steps_[i];
    if (step.node == "VariableSetStmt") return send_(step, i);
    const auto state = journal_ == nullptr ? Journal::StepState::fresh : journal_->state(i, step.text);
    if (state == Journal::StepState::finished) return {};
    if (step.node == "TransactionStmt" || db_.state() == TransactionState::open) return own_transaction(i);
    for (;;) {
      Reply reply = in_transaction([&] {
        const Reply sent = send_(step, i);
        return sent.ok() ? finish(i) : sent;
      });
      if (!reply.ok() && wants_no_transaction(reply.error())) reply = bare(i, state);
      if (reply.ok() || db_.lost() || !again_ || !again_(reply.error())) return reply;
    }
  }

  /// Inside the file's own transaction the rows of its steps wait for its COMMIT.
  Reply own_transaction(std::size_t i) {
    const Step& step = steps_[i];
    const std::string_view kind = file_.script().tree(i).inner()["kind"].string();
    const bool commits = step.node == "TransactionStmt" && kind == "TRANS_STMT_COMMIT";
    open_.push_back(i);
    if (!commits) {
      Reply reply = send_(step, i);
      if (reply.ok() && db_.state() == TransactionState::idle) open_.clear();  // its ROLLBACK
      return reply;
    }
    Reply reply;
    for (const std::size_t done : open_) {
      if (reply.ok()) reply = finish(done);
    }
    const bool last = i + 1 == steps_.size();
    if (reply.ok() && last) reply = end();
    if (reply.ok()) reply = send_(step, i);
    if (reply.ok()) open_.clear();
    at_end_done_ = reply.ok() && last;
    return reply;
  }

  Reply bare(std::size_t i, Journal::StepState state) {
    const Step& step = steps_[i];
    if (state == Journal::StepState::in_doubt && is_dropped(db_, file_.script().tree(i))) return finish(i);
    const auto left = built_index(db_, file_.script().tree(i));
    if (left && left->valid && state == Journal::StepState::in_doubt) return finish(i);
    if (left && !left->valid) {
      Reply dropped = db_.execute("DROP INDEX CONCURRENTLY " + left->name);
      if (!dropped.ok()) return dropped;
    }
    if (journal_ != nullptr) journal_->begin(i, step.text);
    Reply reply = send_(step, i);
    return reply.ok() ? finish(i) : reply;
  }

  postgres::Connection& db_;
  const migration::File& file_;
  const Send& send_;
  Journal* journal_;
  const Again& again_;
  const std::function<Reply()>& at_end_;
  std::vector<Step> steps_;
  std::vector<std::size_t> open_;
  bool at_end_done_ = false;
};

}  // namespace

std::optional<FileFailure> run_stepwise(postgres::Connection& db, const migration::File& file, const Send& send,
                                        Journal* journal, const Again& again, const std::function<Reply()>& at_end) {
  return Stepwise(db, file, send, journal, again, at_end).run();
}

}  // namespace kairon::migrate
