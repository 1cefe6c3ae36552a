#include "deploy/deployments.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/embedded.h"
#include "base/error.h"
#include "base/format.h"
#include "base/signals.h"
#include "postgres/connection.h"

namespace kairon::deploy {

namespace {

using postgres::Parameter;
using postgres::Reply;

std::string table_sql() {
  const auto files = embedded::suite_migrations();
  const auto found = std::find_if(files.begin(), files.end(), [](const embedded::File& file) {
    return file.path.ends_with("kairon_deployments.sql");
  });
  return found == files.end() ? std::string() : std::string(found->content);
}

// An array literal; versions are file names, so quotes and backslashes are escaped all the same.
std::string array_of(const std::vector<std::string>& items) {
  std::string out = "{";
  for (const std::string& item : items) {
    out += out.size() > 1 ? ",\"" : "\"";
    for (const char c : item) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    out += '"';
  }
  return out + "}";
}

Parameter text_or_null(const std::string& value) { return value.empty() ? Parameter() : Parameter(value); }

Failure failed(const Reply& reply) { return Failure{reply.error().text()}; }

// Quoted; "" when the search path names no schema that exists.
Result<std::string> schema_of(postgres::Connection& db) {
  const Reply reply = db.query(
      "SELECT quote_ident(coalesce((SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
      "WHERE c.oid = coalesce(to_regclass('kairon_deployments'), to_regclass('schema_migrations'))), "
      "current_schema()))");
  if (!reply.ok()) return failed(reply);
  if (reply.text(0, 0).empty()) return Failure{"the search path names no schema that exists"};
  return std::string(reply.text(0, 0));
}

Result<bool> has_workflows(postgres::Connection& db, const std::string& schema) {
  const std::array<Parameter, 1> name = {Parameter(schema + ".kairon_deployments")};
  const Reply reply = db.query(
      "SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass($1) AND attname = 'workflows' "
      "AND NOT attisdropped)",
      name);
  if (!reply.ok()) return failed(reply);
  return reply.boolean(0, 0);
}

// Tables of earlier versions lack the column. A role that may not add it records the rest.
Result<bool> make_workflows(postgres::Connection& db, const std::string& schema) {
  Result<bool> there = has_workflows(db, schema);
  if (!there.ok() || *there) return there;
  const std::string add = format("ALTER TABLE {}.kairon_deployments ADD COLUMN IF NOT EXISTS workflows jsonb", schema);
  return db.execute(add).ok();
}

Result<void> insert(postgres::Connection& db, const std::string& schema, const DeploymentRow& row) {
  std::vector<Parameter> values = {row.environment,
                                   text_or_null(row.commit),
                                   row.by,
                                   row.result,
                                   std::to_string(row.created),
                                   std::to_string(row.updated),
                                   std::to_string(row.unchanged),
                                   std::to_string(row.removed),
                                   array_of(row.migrations),
                                   std::to_string(row.requests),
                                   std::to_string(row.duration.count()),
                                   text_or_null(row.failure),
                                   Parameter(KAIRON_VERSION)};
  bool has_state = false;
  if (!row.workflows.empty()) {
    const Result<bool> there = make_workflows(db, schema);
    if (!there.ok()) return there.failure();
    has_state = *there;
  }
  if (has_state) values.emplace_back(row.workflows);
  const Reply reply = db.query(
      format("INSERT INTO {}.kairon_deployments (environment, commit_id, by, result, created, updated, unchanged, "
             "removed, migrations, requests, duration_ms, failure, tool_version{}) "
             "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::text[], $10, $11, $12, $13{})",
             schema, has_state ? ", workflows" : "", has_state ? ", $14::jsonb" : ""),
      values);
  return reply.ok() ? Result<void>() : failed(reply);
}

}  // namespace

namespace {

postgres::ConnectOptions connect_options(const std::string& conninfo) {
  postgres::ConnectOptions options;
  options.conninfo = conninfo;
  options.application_name = "kairon deploy";
  return options;
}

Result<bool> has_table(postgres::Connection& db, const std::string& schema) {
  const std::array<Parameter, 1> name = {Parameter(schema + ".kairon_deployments")};
  const Reply reply = db.query("SELECT to_regclass($1) IS NOT NULL", name);
  if (!reply.ok()) return failed(reply);
  return reply.boolean(0, 0);
}

/// Where a database has its deployments, or would have them.
struct Records {
  postgres::Connection db;
  std::string schema;  ///< quoted
  bool there = false;  ///< the table is
};

Result<Records> open_records(const std::string& conninfo) {
  Result<postgres::Connection> db = postgres::Connection::open(connect_options(conninfo));
  if (!db.ok()) return db.failure();
  Result<std::string> schema = schema_of(*db);
  if (!schema.ok()) return schema.failure();
  const Result<bool> there = has_table(*db, *schema);
  if (!there.ok()) return there.failure();
  return Records{std::move(db).value(), std::move(schema).value(), *there};
}

/// The newest rows of an environment for which the condition holds, at most `most`.
Result<Reply> newest(Records& records, const std::string& environment, std::string_view columns,
                     std::string_view condition, int most) {
  const std::array<Parameter, 1> values = {Parameter(environment)};
  Reply rows = records.db.query(
      format("SELECT {} FROM {}.kairon_deployments WHERE environment = $1 AND {} ORDER BY id DESC LIMIT {}", columns,
             records.schema, condition, most),
      values);
  if (!rows.ok()) return failed(rows);
  return rows;
}

}  // namespace

Result<void> record_deployment(const std::string& conninfo, const DeploymentRow& row) {
  const signals::Shield shield;
  try {
    Result<Records> records = open_records(conninfo);
    if (!records.ok()) return records.failure();
    // IF NOT EXISTS asks for the right to create even where the table is there.
    const std::string create =
        format("SET search_path = {}; SET client_min_messages = warning; {}", records->schema, table_sql());
    if (!records->there)
      if (const Reply made = records->db.execute(create); !made.ok()) return failed(made);
    return insert(records->db, records->schema, row);
  } catch (const Error& error) {
    return Failure{error.message().text};
  }
}

Result<std::vector<PastDeployment>> past_deployments(const std::string& conninfo, const std::string& environment) {
  try {
    Result<Records> records = open_records(conninfo);
    if (!records.ok()) return records.failure();
    std::vector<PastDeployment> past;
    if (!records->there) return past;
    const Result<Reply> found =
        newest(*records, environment,
               "extract(epoch FROM at)::bigint, coalesce(commit_id, ''), by, result, coalesce(failure, '')",
               "result <> 'unchanged'", 100);
    if (!found.ok()) return found.failure();
    const Reply& rows = *found;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      PastDeployment one;
      one.at = static_cast<std::time_t>(rows.integer(i, 0));
      one.row.environment = environment;
      one.row.commit = rows.text(i, 1);
      one.row.by = rows.text(i, 2);
      one.row.result = rows.text(i, 3);
      one.row.failure = rows.text(i, 4);
      past.push_back(std::move(one));
    }
    return past;
  } catch (const Error& error) {
    return Failure{error.message().text};
  }
}

Result<std::string> last_result(const std::string& conninfo, const std::string& environment) {
  try {
    Result<Records> records = open_records(conninfo);
    if (!records.ok()) return records.failure();
    if (!records->there) return std::string();
    const Result<Reply> row =
        newest(*records, environment, "result",
               "result IN ('deployed', 'smoke passed', 'smoke failed', 'rollback failed', 'unsettled')", 1);
    if (!row.ok()) return row.failure();
    return row->size() == 0 ? std::string() : std::string(row->text(0, 0));
  } catch (const Error& error) {
    return Failure{error.message().text};
  }
}

Result<std::optional<LastState>> last_state(const std::string& conninfo, const std::string& environment) {
  try {
    Result<Records> records = open_records(conninfo);
    if (!records.ok()) return records.failure();
    if (!records->there) return std::optional<LastState>();
    const Result<bool> told = has_workflows(records->db, records->schema);
    if (!told.ok()) return told.failure();
    if (!*told) return std::optional<LastState>();
    const Result<Reply> row =
        newest(*records, environment, "workflows, coalesce(commit_id, ''), by", "workflows IS NOT NULL", 1);
    if (!row.ok()) return row.failure();
    if (row->size() == 0) return std::optional<LastState>();
    return std::optional(
        LastState{std::string(row->text(0, 0)), std::string(row->text(0, 1)), std::string(row->text(0, 2))});
  } catch (const Error& error) {
    return Failure{error.message().text};
  }
}

}  // namespace kairon::deploy
