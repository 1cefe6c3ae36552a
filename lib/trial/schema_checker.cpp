#include "trial/schema_checker.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/format.h"
#include "sql/token.h"

namespace kairon::trial {

namespace {

/// PostgreSQL docs, appendix A: indeterminate_datatype, ambiguous_parameter, datatype_mismatch,
/// undefined_function, ambiguous_function.
constexpr std::array<std::string_view, 5> kTypeTrouble = {"42P18", "42P08", "42804", "42883", "42725"};

}  // namespace

std::string with_parameters_as(const std::string& sql, std::string_view value) {
  std::string out;
  std::size_t copied = 0;
  for (const sql::Token& token : sql::tokens(sql)) {
    if (token.kind != sql::TokenKind::parameter) continue;
    out.append(sql, copied, token.begin - copied).append(value);
    copied = token.end;
  }
  return out.append(sql, copied, std::string::npos);
}

SchemaChecker::SchemaChecker(const Base& base, int major) : scratch_(base, major) {
  const auto connect = [](const std::string& conninfo) {
    return postgres::Connection::require({.conninfo = conninfo, .application_name = "kairon check"});
  };
  db_.emplace(connect(scratch_.trial_conninfo()));
  db_->cancel_after(kLongestOnEmptyTables);
  if (scratch_.embedded()) admin_.emplace(connect(scratch_.observer_conninfo()));
  stand_in_ = StandIn::make(base.missing, scratch_.raw_conninfo());
}

lint::StatementVerdict SchemaChecker::prepare(const std::string& sql) {
  return SessionChecker(*db_, stand_in_.get()).prepare(sql);
}

lint::StatementVerdict SessionChecker::prepare(const std::string& sql) {
  postgres::Reply reply = db_.prepare(sql);
  while (!reply.ok() && stand_in_ != nullptr && stand_in_->learn_use(reply.error())) reply = db_.prepare(sql);
  if (reply.ok()) return {};
  const postgres::SqlError& error = reply.error();
  if (error.connection_lost) throw environment_error(format("the trial server ended: {}", error.text()));
  if (std::find(kTypeTrouble.begin(), kTypeTrouble.end(), error.sqlstate) != kTypeTrouble.end()) {
    for (const std::string_view value : {"NULL", "'1'"}) {
      const std::string other = with_parameters_as(sql, value);
      if (other != sql && db_.prepare(other).ok()) return {};
    }
  }
  return {false, error.sqlstate, error.message, error.position};
}

Result<void> SchemaChecker::apply(const migration::File& file) {
  PlainSession session(*db_, admin_ ? &*admin_ : nullptr);
  return run_migration(session, file, stand_in_.get());
}

}  // namespace kairon::trial
