#include "trial/plain_session.h"

#include <array>
#include <utility>
#include <vector>

#include "base/format.h"
#include "postgres/quote.h"
#include "trial/superuser_step.h"

namespace kairon::trial {

using postgres::Connection;
using postgres::quote_identifier;
using postgres::Reply;
using postgres::TransactionState;

namespace {

constexpr std::string_view kInsufficientPrivilege = "42501";

/// The statement was read and allowed as UTF-8 in which a backslash is a letter. Under other settings of the session
/// the server would find other statements in it: a string that ends earlier, and what follows.
class AsRead {
 public:
  explicit AsRead(Connection& db) : db_(db) {
    for (const auto& [name, value] : kSettings) {
      if (!done_.ok() || db_.parameter(name) == value) continue;
      before_.emplace_back(name, db_.parameter(name));
      done_ = db_.execute(kairon::format("SET {} = '{}'", name, value));
    }
  }
  ~AsRead() {
    for (const auto& [name, value] : before_)
      static_cast<void>(db_.execute(kairon::format("SET {} = {}", name, postgres::quote_literal(value))));
  }
  AsRead(const AsRead&) = delete;
  AsRead& operator=(const AsRead&) = delete;

  [[nodiscard]] const Reply& done() const { return done_; }

 private:
  static constexpr std::array<std::pair<const char*, const char*>, 2> kSettings = {
      {{"client_encoding", "UTF8"}, {"standard_conforming_strings", "on"}}};
  Connection& db_;
  std::vector<std::pair<std::string, std::string>> before_;
  Reply done_;
};

/// The denial of a statement of these kinds may end without failing the transaction.
bool may_be_settled(const migration::File& file, std::size_t index, Connection& admin) {
  return is_about_roles(file, index) || !roles_inside(file, index, admin).empty() ||
         after_denial(file, index, admin) != Denied::failure;
}

}  // namespace

/// A transaction that a migration prepared keeps its locks: who looks at a table does not wait for ever.
std::string admin_conninfo(const std::string& conninfo) {
  return conninfo + " options='-c search_path=pg_catalog -c lock_timeout=10s'";
}

std::string plain_conninfo(const std::string& conninfo) { return kairon::format("{} user={}", conninfo, kTrialRole); }

std::string reader_conninfo(const std::string& conninfo) {
  return kairon::format("{} user={}", admin_conninfo(conninfo), kReaderRole);
}

bool is_missing_role(const postgres::SqlError& error) {
  return error.sqlstate == "42704" && error.message.starts_with("role \"") &&
         error.message.ends_with("\" does not exist");
}

Reply PlainSession::send(const migration::File& file, std::size_t index, const std::string& text) {
  const bool open = db_.state() == TransactionState::open;
  const bool guarded = open && is_ours() && may_be_settled(file, index, *admin_);
  if (guarded) static_cast<void>(db_.execute("SAVEPOINT kairon_step"));
  Reply reply = db_.perform(text);
  const bool denied = !reply.ok() && is_ours() && reply.error().sqlstate == kInsufficientPrivilege;
  if (guarded && denied) static_cast<void>(db_.execute("ROLLBACK TO SAVEPOINT kairon_step"));
  if (denied && (guarded || !open)) reply = answer_denial(file, index, text, reply);
  if (guarded && db_.state() == TransactionState::open) static_cast<void>(db_.execute("RELEASE SAVEPOINT kairon_step"));
  return reply;
}

Reply PlainSession::answer_denial(const migration::File& file, std::size_t index, const std::string& text,
                                  const Reply& denied) {
  switch (after_denial(file, index, *admin_)) {
    case Denied::repeat:
      return as_superuser(file, index, text);
    case Denied::left_out:
      return {};
    case Denied::failure:
      static_cast<void>(make_roles_of(file, index));
      if (!roles_inside(file, index, *admin_).empty())
        return db_.execute(without_roles_inside(file, index, text, *admin_));
      [[fallthrough]];
    case Denied::escape:
      // Owners and privileges of the real server's roles mean nothing to a database whose owner is the plain role.
      return is_about_roles(file, index) ? Reply() : denied;
  }
  return denied;
}

void PlainSession::become(const char* what) {
  if (!is_ours()) return;
  admin_->must(kairon::format("ALTER ROLE {} {}", kTrialRole, what));
  // A transaction hears of it when it takes a lock that it has not.
  if (db_.state() == TransactionState::open) static_cast<void>(db_.execute("SELECT FROM pg_catalog.pg_roles LIMIT 0"));
}

void PlainSession::settle(const migration::File& file, std::size_t index) {
  const sql::Node tree = file.script().tree(index);
  if (const sql::Node role = tree["CreateRoleStmt"]["role"])
    static_cast<void>(
        db_.execute(kairon::format("GRANT {} TO {} WITH ADMIN OPTION", quote_identifier(role.string()), kTrialRole)));
  // Its code would run in the administrator's sessions too. DDL on an event trigger fires none.
  if (const sql::Node trigger = tree["CreateEventTrigStmt"]["trigname"])
    static_cast<void>(
        db_.execute(kairon::format("ALTER EVENT TRIGGER {0} DISABLE; ALTER EVENT TRIGGER {0} OWNER TO {1}",
                                   quote_identifier(trigger.string()), "postgres")));
}

Reply PlainSession::as_superuser(const migration::File& file, std::size_t index, const std::string& text) {
  const AsRead as_read(db_);
  if (!as_read.done().ok()) return as_read.done();
  const Reply taken = db_.execute("SELECT pg_catalog.current_setting('role')");
  const bool other = taken.ok() && taken.size() == 1 && taken.text(0, 0) != "none";
  if (other) static_cast<void>(db_.execute("RESET ROLE"));
  become("SUPERUSER");
  Reply reply = db_.perform(text);
  if (reply.ok() && is_ours()) settle(file, index);
  if (reply.ok() && other) static_cast<void>(db_.execute("SET ROLE " + quote_identifier(taken.text(0, 0))));
  become("NOSUPERUSER");
  return reply;
}

bool PlainSession::make_role(const std::string& name) {
  const std::string role = quote_identifier(name);
  return admin_->execute(kairon::format("CREATE ROLE {}", role)).ok() &&
         admin_->execute(kairon::format("GRANT {} TO {} WITH ADMIN OPTION", role, kTrialRole)).ok();
}

std::vector<std::string> PlainSession::make_roles_of(const migration::File& file, std::size_t index) {
  std::vector<std::string> made;
  if (!is_ours()) return made;
  for (const std::string& name : roles_inside(file, index, *admin_))
    if (make_role(name)) made.push_back(name);
  return made;
}

std::optional<std::string> PlainSession::make_missing_role(const postgres::SqlError& error) {
  if (!is_ours() || !is_missing_role(error)) return std::nullopt;
  const std::string_view message = error.message;
  std::string name(message.substr(6, message.size() - 6 - 16));
  return make_role(name) ? std::optional(std::move(name)) : std::nullopt;
}

}  // namespace kairon::trial
