#include "trial/schema_checker.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/format.h"
#include "sql/token.h"
#include "workflow/column_type.h"

namespace kairon::trial {

namespace {

/// PostgreSQL docs, appendix A: indeterminate_datatype, ambiguous_parameter, datatype_mismatch,
/// undefined_function, ambiguous_function.
constexpr std::array<std::string_view, 5> kTypeTrouble = {"42P18", "42P08", "42804", "42883", "42725"};

/// The first object id that PostgreSQL gives to what its users make.
constexpr std::uint32_t kFirstOwnType = 16384;

/// What a column of that type holds: node-postgres hands on what it has no parser for as text.
workflow::Value value_of(std::uint32_t type) {
  if (const workflow::ColumnType* known = workflow::column_type(type)) return workflow::value_of_column(*known);
  return type < kFirstOwnType ? workflow::Value() : workflow::Value::of(workflow::kText | workflow::kNull);
}

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

std::vector<workflow::ResultColumn> SchemaChecker::columns(const std::string& sql) {
  return SessionChecker(*db_, stand_in_.get()).columns(sql);
}

std::vector<workflow::ResultColumn> SessionChecker::columns(const std::string& sql) {
  if (!prepare(sql).ok) return {};
  const std::string filled = with_parameters_as(sql, "NULL");
  if (!db_.prepare(sql).ok() && !db_.prepare(filled).ok()) return {};
  const postgres::Reply reply = db_.describe();
  std::vector<workflow::ResultColumn> columns;
  for (std::size_t i = 0; i < reply.columns(); ++i) {
    workflow::ResultColumn column;
    column.name = reply.column(i);
    const workflow::ColumnType* type = workflow::column_type(reply.type(i));
    // n8n writes the values into the text, where 5 and '5' have other types than $1 has here.
    if (filled == sql || reply.of_table(i)) column.value = value_of(reply.type(i));
    column.large_number = type != nullptr && type->large_number;
    if (type != nullptr) column.type = type->sql_name;
    columns.push_back(std::move(column));
  }
  return columns;
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
