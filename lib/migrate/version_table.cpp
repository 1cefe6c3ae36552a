#include "migrate/version_table.h"

#include <array>

#include "base/embedded.h"
#include "base/error.h"
#include "base/format.h"
#include "postgres/quote.h"

namespace kairon::migrate {

namespace {

using postgres::Parameter;
using postgres::Reply;

Parameter text_or_null(const std::string& value) { return value.empty() ? Parameter() : Parameter(value); }

}  // namespace

VersionTable::VersionTable(postgres::Connection& db) : db_(db) {
  // to_regclass follows the search path; a table of that name elsewhere is not ours to use.
  const Reply reply = db_.must(
      "SELECT quote_ident(coalesce((SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
      "WHERE c.oid = "
      "to_regclass('schema_migrations')), current_schema())), to_regclass('schema_migrations') IS NOT NULL");
  schema_ = reply.text(0, 0);
  exists_ = reply.boolean(0, 1);
  if (schema_.empty())
    throw environment_error(format("{}: the search path names no schema that exists", db_.shown()),
                            "create the schema, or set search_path for the role that migrates");
  if (!exists_) return;
  const Reply columns = db_.must(
      "SELECT attname, to_regclass('ar_internal_metadata') IS NOT NULL FROM pg_attribute WHERE attrelid = "
      "to_regclass('schema_migrations') AND attnum > 0 AND NOT attisdropped");
  std::vector<std::string> names;
  for (std::size_t row = 0; row < columns.size(); ++row) names.emplace_back(columns.text(row, 0));
  foreign_ = foreign_owner(names, columns.boolean(0, 1));
}

void VersionTable::refuse_foreign() const {
  if (foreign_) throw foreign_table_error(db_.shown(), *foreign_);
}

std::string VersionTable::name(const std::string& table) const {
  return schema_ + "." + postgres::quote_identifier(table);
}

bool VersionTable::complete() {
  const std::array<Parameter, 1> schema = {Parameter(schema_)};
  const Reply reply = db_.must(
      "SELECT count(*) FROM pg_attribute WHERE NOT attisdropped AND ((attrelid = to_regclass($1 || "
      "'.schema_migrations') AND attname "
      "IN ('version', 'applied_at', 'checksum', 'description', 'applied_by', 'execution_ms', 'tool_version', 'kind')) "
      "OR (attrelid = "
      "to_regclass($1 || '.kairon_migration_steps') AND attname = 'finished_at') OR (attrelid = to_regclass($1 || "
      "'.kairon_migration_log') AND attname = 'reason'))",
      schema);
  return reply.integer(0, 0) == 10;
}

void VersionTable::ensure() {
  refuse_foreign();
  if (exists_ && complete()) return;
  db_.must("BEGIN");
  db_.must(format("SET LOCAL search_path = {}; SET LOCAL client_min_messages = warning", schema_));
  for (const embedded::File& file : embedded::suite_migrations()) {
    const Reply reply = db_.execute(std::string(file.content));
    if (reply.ok()) continue;
    const postgres::SqlError error = reply.error();
    static_cast<void>(db_.execute("ROLLBACK"));
    throw environment_error(format("{}: cannot create the version table: {}", db_.shown(), error.text()),
                            "migrate with a role that may create tables there and owns schema_migrations");
  }
  db_.must("COMMIT");
  exists_ = true;
}

std::vector<AppliedRow> VersionTable::rows() {
  std::vector<AppliedRow> rows;
  refuse_foreign();
  if (!exists_) return rows;
  // A table in the audit's shape may lack columns: to_jsonb answers NULL for those.
  const Reply reply =
      db_.must(format("SELECT version::text, to_jsonb(m)->>'applied_at', to_jsonb(m)->>'checksum', "
                      "to_jsonb(m)->>'description', to_jsonb(m)->>'kind' "
                      "FROM {} m ORDER BY 2, 1",
                      name("schema_migrations")));
  for (std::size_t row = 0; row < reply.size(); ++row) {
    const auto field = [&](std::size_t column) { return std::string(reply.text(row, column)); };
    rows.push_back({field(0), field(1), field(2), field(3), field(4)});
  }
  return rows;
}

std::vector<Begun> VersionTable::begun() {
  std::vector<Begun> begun;
  refuse_foreign();
  const std::string steps = name("kairon_migration_steps");
  const std::array<Parameter, 1> table = {Parameter(steps)};
  if (!exists_ || db_.must("SELECT to_regclass($1) IS NULL", table).boolean(0, 0)) return begun;
  const Reply reply = db_.must(
      format("SELECT version, direction, count(finished_at) FROM {} GROUP BY version, direction ORDER BY 1, 2", steps));
  for (std::size_t row = 0; row < reply.size(); ++row)
    begun.push_back({std::string(reply.text(row, 0)), std::string(reply.text(row, 1)), reply.integer(row, 2)});
  return begun;
}

Reply VersionTable::log(const std::string& version, const std::string& action, const std::string& checksum,
                        const std::string& reason) {
  const std::array<Parameter, 4> values = {version, action, text_or_null(checksum), text_or_null(reason)};
  return db_.query(format("INSERT INTO {} (version, action, checksum, reason) VALUES ($1, $2, $3, $4)",
                          name("kairon_migration_log")),
                   values);
}

Reply VersionTable::record(const NewRow& row) {
  const std::array<Parameter, 6> values = {row.version,
                                           text_or_null(row.checksum),
                                           text_or_null(row.description),
                                           std::to_string(row.duration.count()),
                                           Parameter(KAIRON_VERSION),
                                           row.kind};
  Reply reply = db_.query(
      format("INSERT INTO {} (version, applied_at, checksum, description, applied_by, execution_ms, tool_version, "
             "kind) VALUES ($1, clock_timestamp(), $2, $3, current_user, $4, $5, $6)",
             name("schema_migrations")),
      values);
  return reply.ok() ? log(row.version, row.kind, row.checksum, {}) : reply;
}

Reply VersionTable::forget(const std::string& version, const std::string& checksum) {
  const std::array<Parameter, 1> key = {version};
  Reply reply = db_.query(format("DELETE FROM {} WHERE version = $1", name("schema_migrations")), key);
  return reply.ok() ? log(version, "down", checksum, {}) : reply;
}

void VersionTable::accept(const std::string& version, const std::string& checksum, const std::string& reason) {
  db_.must("BEGIN");
  const std::array<Parameter, 2> values = {version, checksum};
  db_.must(format("UPDATE {} SET checksum = $2 WHERE version = $1", name("schema_migrations")), values);
  const Reply logged = log(version, "accept", checksum, reason);
  if (!logged.ok()) throw environment_error(logged.error().text());
  db_.must("COMMIT");
}

}  // namespace kairon::migrate
