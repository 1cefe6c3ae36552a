#include "health/database.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <optional>

#include "base/format.h"
#include "base/text.h"
#include "health/n8n.h"
#include "migrate/tool_table.h"
#include "postgres/connection.h"

namespace kairon::health {

namespace {

using migrate::Standing;
using migrate::StateLine;
using postgres::Connection;
using postgres::Reply;

constexpr std::chrono::seconds kConnectPatience{5};

/// A probe may neither write nor hold up what it looks at.
constexpr const char* kSession =
    "SET default_transaction_read_only = on; SET statement_timeout = '10s'; SET lock_timeout = '2s'; "
    "SET idle_in_transaction_session_timeout = '30s'";

/// What arrived within the last minutes may still be on its way through the workflows.
constexpr const char* kGrace = "interval '2 minutes'";

std::optional<Connection> connect(const std::string& conninfo, const std::string& check, HealthLines& lines) {
  const auto begun = std::chrono::steady_clock::now();
  Result<Connection> opened = Connection::open(
      {.conninfo = conninfo, .application_name = "kairon health", .connect_timeout = kConnectPatience});
  if (!opened.ok()) {
    const std::string& remedy = opened.failure().remedy;
    lines.unreachable(check, opened.failure().text,
                      remedy.empty() ? "start PostgreSQL, or correct the connection string" : remedy);
    return std::nullopt;
  }
  const Reply session = opened->execute(kSession);
  if (!session.ok()) {
    lines.unreachable(check, format("{}: {}", opened->shown(), session.error().text()), "see the server's log");
    return std::nullopt;
  }
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun);
  lines.ok(check, format("{}, PostgreSQL {}, answered in {} ms", opened->shown(), opened->parameter("server_version"),
                         took.count()));
  return std::move(opened).value();
}

/// The table's columns, empty when there is no such table in the search path.
std::vector<std::string> columns_of(Connection& db, const std::string& table) {
  const std::array<postgres::Parameter, 1> name = {table};
  const Reply rows = db.must(
      "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped", name);
  std::vector<std::string> columns;
  for (std::size_t i = 0; i < rows.size(); ++i) columns.emplace_back(rows.text(i, 0));
  return columns;
}

bool has(const std::vector<std::string>& columns, std::string_view name) {
  return std::find(columns.begin(), columns.end(), name) != columns.end();
}

/// The query over Kairon's events; nothing when the tables have another shape. Of discord messages
/// only what is not a command ('::', which by design leaves no trace) is expected to leave one.
std::optional<std::string> pipeline_query(Connection& db, std::chrono::seconds window) {
  const std::vector<std::string> events = columns_of(db, "events");
  const std::vector<std::string> traces = columns_of(db, "traces");
  const std::vector<std::string> projections = columns_of(db, "projections");
  if (!has(events, "id") || !has(traces, "event_id") || !has(projections, "event_id")) return std::nullopt;
  std::string when;
  for (const char* name : {"received_at", "created_at", "inserted_at"})
    if (when.empty() && has(events, name)) when = name;
  if (when.empty()) return std::nullopt;
  std::string expected;
  if (has(events, "event_type")) expected += " AND e.event_type = 'discord_message'";
  if (has(events, "payload")) expected += " AND coalesce(to_jsonb(e.payload) ->> 'tag', '') <> '::'";
  return format(
      "SELECT count(*), count(*) FILTER (WHERE NOT traced), count(*) FILTER (WHERE traced AND NOT projected), "
      "to_char(min(at) FILTER (WHERE NOT traced OR NOT projected), 'YYYY-MM-DD HH24:MI:SS TZ') FROM (SELECT e.{0} AS "
      "at, "
      "EXISTS (SELECT 1 FROM traces t WHERE t.event_id = e.id) AS traced, "
      "EXISTS (SELECT 1 FROM projections p WHERE p.event_id = e.id) AS projected "
      "FROM events e WHERE e.{0} > now() - interval '{1} seconds' - {2} AND e.{0} <= now() - {2}{3}) AS seen",
      when, window.count(), kGrace, expected);
}

void look_at_pipeline(Connection& db, std::chrono::seconds window, HealthLines& lines) {
  const auto query = pipeline_query(db, window);
  if (!query) return;
  const Reply row = db.must(*query);
  const long long events = row.integer(0, 0);
  const long long untraced = row.integer(0, 1);
  const long long unprojected = row.integer(0, 2);
  const std::string within = shown_duration(window);
  if (untraced + unprojected == 0)
    return lines.ok("pipeline", events == 0
                                    ? format("no events within {}", within)
                                    : format("all {} events within {} left traces and projections", events, within));
  std::vector<std::string> subjects;
  if (untraced > 0) subjects.emplace_back("events without traces");
  if (unprojected > 0) subjects.emplace_back("traces without projections");
  lines.degraded("pipeline",
                 format("of {} events within {}, {} have no trace and {} a trace but no projection, the first of {}",
                        events, within, untraced, unprojected, row.text(0, 3)),
                 "see the executions of that time in n8n: a workflow stopped before it wrote", subjects);
}

/// A probe's answer: one row with one number.
Result<double> probe(Connection& db, const std::string& sql) {
  const Reply begun = db.execute("BEGIN READ ONLY");
  const Reply reply = begun.ok() ? db.query(sql) : begun;
  static_cast<void>(db.execute("ROLLBACK"));
  if (!reply.ok()) return Failure{reply.error().text()};
  if (reply.size() != 1 || reply.columns() != 1) return Failure{"the query gives no single value"};
  const std::string_view text = reply.text(0, 0);
  double number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end != text.data() + text.size())
    return Failure{format("invalid number '{}'", text::printable(text.substr(0, 40)))};
  return number;
}

void look_at_probe(Connection& db, const std::string& name, const std::string& sql, HealthLines& lines) {
  const std::string check = "probe " + name;
  const Result<double> number = probe(db, sql);
  if (!number.ok())
    return lines.failed(check,
                        environment_error(number.failure().text,
                                          format("correct the query: git config kairon.health-{}.query SQL", name)));
  if (*number == 0) return lines.ok(check, "0");
  lines.degraded(check, format("the query gives {:g}, not 0", *number), format("run it by hand and see: {}", sql));
}

void look_at_migrations(Connection& db, const HistoryQuestion& history, HealthLines& lines) {
  const std::vector<migrate::Source>& sources = history.migrations;
  if (sources.empty()) return;
  const std::string line_name = history.name.empty() ? "migrations" : "migrations " + history.name;
  const std::string option = history.name.empty() ? "" : " --history " + history.name;
  std::vector<std::string> pending;
  std::vector<std::string> changed;
  std::vector<std::string> strange;
  for (const StateLine& line : migrate::current_state(db, sources)) {
    if (line.standing == Standing::pending) pending.push_back(line.version);
    if (line.standing == Standing::changed) changed.push_back(line.version);
    if (line.standing == Standing::missing_file) strange.push_back(line.version);
  }
  const std::string up = "kairon migrate up --env " + lines.environment() + option;
  if (pending.empty() && changed.empty() && strange.empty())
    return lines.ok(line_name, format("all {} applied", sources.size()));
  std::vector<std::string> parts;
  std::vector<std::string> subjects;
  const auto add = [&](const std::vector<std::string>& versions, std::string_view what) {
    if (versions.empty()) return;
    parts.push_back(format("{} {} ({})", versions.size(), what, versions.front()));
    subjects.emplace_back(what);
  };
  add(pending, "pending");
  add(changed, "changed after they were applied");
  add(strange, "applied and not in this work tree");
  lines.degraded(line_name, text::join(parts, ", "),
                 pending.empty() ? "kairon migrate status --env " + lines.environment() + option : up, subjects);
}

}  // namespace

void look_at_database(const DatabaseQuestions& questions, HealthLines& lines) {
  std::optional<Connection> db = connect(questions.conninfo, "database", lines);
  if (!db) return;
  lines.attempt("pipeline", [&] { look_at_pipeline(*db, questions.window, lines); });
  for (const auto& [name, sql] : questions.probes)
    lines.attempt("probe " + name, [&name = name, &sql = sql, &db, &lines] { look_at_probe(*db, name, sql, lines); });
  for (const HistoryQuestion& history : questions.histories)
    lines.attempt("migrations", [&] {
      if (history.conninfo == questions.conninfo) return look_at_migrations(*db, history, lines);
      if (std::optional<Connection> own = connect(history.conninfo, "database of " + history.name, lines))
        look_at_migrations(*own, history, lines);
    });
}

void look_at_n8n_database(const std::string& conninfo, HealthLines& lines) {
  static_cast<void>(connect(conninfo, "n8n database", lines));
}

}  // namespace kairon::health
