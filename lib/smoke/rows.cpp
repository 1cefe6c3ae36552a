#include "smoke/rows.h"

#include <array>
#include <cstdlib>

#include "base/error.h"
#include "base/format.h"
#include "base/text.h"
#include "postgres/quote.h"

namespace kairon::smoke {

namespace {

constexpr const char* kMissing =
    "the tables events, traces and projections are looked up along the search_path of the environment's database";

void compare_count(const char* what, const std::optional<long long>& expected, long long got,
                   std::vector<std::string>& out) {
  if (expected && *expected != got) out.push_back(format("{}: expected {}, got {}", what, *expected, got));
}

std::string list(const std::map<std::string, long long>& types) {
  std::vector<std::string> shown;
  for (const auto& [type, count] : types)
    if (count != 0) shown.push_back(count == 1 ? type : format("{} x {}", count, type));
  return shown.empty() ? "none" : text::join(shown, ", ");
}

bool same_number(std::string_view field, const n8n::Tree& expected) {
  char* end = nullptr;
  const std::string text(field);
  const double value = std::strtod(text.c_str(), &end);
  return end != text.c_str() && *end == '\0' && value == expected.number_or(0);
}

bool equals(const postgres::Reply& reply, std::size_t row, const n8n::Tree& expected) {
  const std::string_view field = reply.text(row, 0);
  if (expected.is_null() || reply.null(row, 0)) return expected.is_null() && reply.null(row, 0);
  if (expected.is_number()) return same_number(field, expected);
  if (expected.is_boolean()) return field == (expected.boolean_or(false) ? "t" : "f");
  if (expected.is_string()) return field == expected.string();
  const Result<n8n::Tree> parsed = n8n::Tree::parse(std::string(field));
  return parsed.ok() && *parsed == expected;
}

std::string shown(const postgres::Reply& reply) {
  std::vector<std::string> fields;
  constexpr std::size_t kShown = 5;
  for (std::size_t row = 0; row < reply.size() && row < kShown; ++row)
    fields.push_back(reply.null(row, 0) ? "null" : text::printable(reply.text(row, 0).substr(0, 80)));
  if (reply.size() > kShown) fields.push_back(format("... {} rows", reply.size()));
  return fields.empty() ? "no row" : text::join(fields, ", ");
}

}  // namespace

Rows operator-(const Rows& after, const Rows& before) {
  Rows out{after.events - before.events, after.traces - before.traces, after.projections - before.projections,
           after.types};
  for (const auto& [type, count] : before.types) out.types[type] -= count;
  std::erase_if(out.types, [](const auto& entry) { return entry.second == 0; });
  return out;
}

std::vector<std::string> compare(const ExpectedRows& expected, const Rows& delta) {
  std::vector<std::string> out;
  compare_count("events_created", expected.events, delta.events, out);
  compare_count("traces_created", expected.traces, delta.traces, out);
  compare_count("projections_created", expected.projections, delta.projections, out);
  if (!expected.types) return out;
  std::map<std::string, long long> wanted;
  for (const std::string& type : *expected.types) ++wanted[type];
  const auto size = static_cast<long long>(expected.types->size());
  const bool every_row = !expected.projections || *expected.projections == size;
  std::map<std::string, long long> got = delta.types;
  if (!every_row) {
    for (auto* side : {&wanted, &got})
      for (auto& [type, count] : *side) count = count > 0 ? 1 : count;
  }
  if (wanted != got) out.push_back(format("projection_types: expected {}, got {}", list(wanted), list(got)));
  return out;
}

RowReader::RowReader(const std::string& conninfo)
    : connection_(postgres::Connection::require({conninfo, "kairon smoke"})) {
  connection_.must("set default_transaction_read_only = on");
  connection_.must("set statement_timeout = '20s'");
  read_columns();
}

void RowReader::read_columns() {
  for (const char* table : {"events", "traces", "projections"}) {
    const std::array<postgres::Parameter, 1> name{std::string(table)};
    const postgres::Reply reply = connection_.must(
        "select attname, atttypid::regtype::text from pg_attribute where attrelid = to_regclass($1) and attnum > 0 and "
        "not attisdropped",
        name);
    for (std::size_t row = 0; row < reply.size(); ++row)
      columns_[table][std::string(reply.text(row, 0))] = std::string(reply.text(row, 1));
  }
}

bool RowReader::has_column(const std::string& table, const std::string& column) {
  return columns_[table].contains(column);
}

// A row that points to an event counts for that event, and one that lost its event for none; where
// there is nothing to point with, the row has to hold $1 itself.
std::string RowReader::condition(const std::string& table) {
  std::string out = "false";
  const bool is_events = table == "events";
  if (!is_events && has_column(table, "event_id")) out += " or t.event_id in (select id from e)";
  if (table == "projections" && has_column(table, "trace_id")) out += " or t.trace_id in (select id from tr)";
  if (out != "false") return out;
  for (const auto& [column, type] : columns_[table]) {
    const bool is_text = type == "text" || type == "json" || type == "jsonb" || type.starts_with("character");
    if (is_text) out += format(" or strpos(t.{}::text, $1) > 0", postgres::quote_identifier(column));
  }
  return out;
}

Result<Rows> RowReader::rows_of(const std::string& id) {
  for (const char* table : {"events", "traces", "projections"})
    if (columns_[table].empty()) return Failure{format("the database has no table {}", table), kMissing};
  const std::string type = has_column("projections", "projection_type") ? "t.projection_type::text" : "''";
  const std::string sql = "with e as (select t.* from events t where " + condition("events") +
                          "), tr as (select t.* from traces t where " + condition("traces") + "), p as (select " +
                          type + " as type from projections t where " + condition("projections") +
                          ") select 'events', '', count(*) from e union all select 'traces', '', count(*) from tr "
                          "union all select 'projections', type, count(*) from p group by type";
  const std::array<postgres::Parameter, 1> parameters{id};
  const postgres::Reply reply = ask(sql, parameters);
  if (!reply) return Failure{"the rows cannot be counted: " + reply.error().text(), kMissing};
  Rows rows;
  for (std::size_t row = 0; row < reply.size(); ++row) {
    const long long count = reply.integer(row, 2);
    if (reply.text(row, 0) == "events") rows.events = count;
    if (reply.text(row, 0) == "traces") rows.traces = count;
    if (reply.text(row, 0) != "projections") continue;
    rows.projections += count;
    rows.types[std::string(reply.text(row, 1))] += count;
  }
  return rows;
}

// A question may itself be a call that writes or changes the session: neither outlives its transaction.
postgres::Reply RowReader::ask(const std::string& sql, std::span<const postgres::Parameter> parameters) {
  const postgres::Reply begun = connection_.execute("begin read only");
  postgres::Reply reply = begun.ok() ? connection_.query(sql, parameters) : begun;
  static_cast<void>(connection_.execute("rollback"));
  return reply;
}

Result<void> RowReader::check(const SqlCheck& check, const std::string& id) {
  const std::string query = text::replace_all(check.query, "{{run}}", id);
  std::vector<postgres::Parameter> parameters;
  if (text::contains(query, "$1")) parameters.emplace_back(id);
  const postgres::Reply reply = ask(query, parameters);
  const std::string asked = text::printable(check.query);
  if (!reply) return Failure{format("sql `{}`: {}", asked, reply.error().text())};
  bool same = true;
  if (check.equals.is_array()) {
    const n8n::Tree::Array& wanted = check.equals.items();
    same = reply.size() == wanted.size();
    for (std::size_t row = 0; same && row < wanted.size(); ++row) same = equals(reply, row, wanted[row]);
  } else {
    same = reply.size() > 0 ? equals(reply, 0, check.equals) : check.equals.is_null();
  }
  if (same) return {};
  return Failure{format("sql `{}`: expected {}, got {}", asked, check.equals.dump(), shown(reply))};
}

}  // namespace kairon::smoke
