#include "postgres/fingerprint.h"

#include <algorithm>
#include <utility>

#include "base/format.h"
#include "postgres/quote.h"

namespace kairon::postgres {

namespace {

constexpr const char* kTables = R"sql(
SELECT c.oid, quote_ident(n.nspname) || '.' || quote_ident(c.relname), a.attname, concat_ws(' ', a.attnum, a.atttypid, a.atttypmod)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind = 'r' AND c.oid >= 16384 AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
ORDER BY c.oid
)sql";

/// What changes whenever the rows of a table do. A rewrite and TRUNCATE give another file; a renamed value of an enum
/// changes what its rows show; whoever resets the counters leaves the moment. What policies let the reader see may
/// change without a write: such tables have no mark.
constexpr const char* kMarks = R"sql(
SELECT c.oid, concat_ws(' ', pg_relation_filenode(c.oid), pg_stat_get_tuples_inserted(c.oid), pg_stat_get_tuples_updated(c.oid),
  pg_stat_get_tuples_deleted(c.oid), (SELECT md5(string_agg(e.enumtypid || e.enumlabel, ',' ORDER BY e.oid)) FROM pg_enum e),
  (SELECT pg_stat_get_db_stat_reset_time(d.oid) FROM pg_database d WHERE d.datname = current_database()))
FROM pg_class c WHERE c.relkind = 'r' AND c.oid >= 16384 AND NOT c.relrowsecurity AND current_setting('track_counts')::bool
)sql";
constexpr int kFirstWithMarks = 150000;

using Marks = std::map<std::string, std::string, std::less<>>;

/// By oid; empty where the server cannot be asked.
Marks marks_of(Connection& db) {
  Marks marks;
  if (db.server_version() < kFirstWithMarks) return marks;
  const Reply reply = db.must(kMarks);
  for (std::size_t row = 0; row < reply.size(); ++row) marks.emplace(reply.text(row, 0), reply.text(row, 1));
  return marks;
}

/// Hashes the row's text: every type has an output function, not every type a hash.
std::string measure_query(const TableData& table) {
  std::string row;
  for (const std::string& column : table.columns) row += (row.empty() ? "" : ", ") + quote_identifier(column);
  return format("SELECT {}, count(*), coalesce(sum(hashtextextended(ROW({})::text, 7)::numeric), 0)::text FROM ONLY {}",
                quote_literal(table.name), row, table.name);
}

}  // namespace

const TableData* DataState::by_name(std::string_view name) const {
  const auto found = std::find_if(tables.begin(), tables.end(), [&](const TableData& t) { return t.name == name; });
  return found == tables.end() ? nullptr : &*found;
}

const TableData* DataState::by_oid(std::string_view oid) const {
  const auto found = std::find_if(tables.begin(), tables.end(), [&](const TableData& t) { return t.oid == oid; });
  return found == tables.end() ? nullptr : &*found;
}

DataState DataReader::take(const DataState* like) {
  DataState state;
  // Before the rows are read: who writes in between makes the mark too old, and the table is read again.
  const Marks written = marks_of(db_);
  const Reply reply = db_.must(kTables);
  std::map<std::pair<std::string, std::string>, std::string> kinds;  // of columns, by table and name
  for (std::size_t row = 0; row < reply.size(); ++row) {
    if (state.tables.empty() || state.tables.back().name != reply.text(row, 1))
      state.tables.push_back({std::string(reply.text(row, 0)), std::string(reply.text(row, 1)), {}, 0, {}});
    if (reply.null(row, 2)) continue;
    TableData& table = state.tables.back();
    kinds[{table.oid, table.columns.emplace_back(reply.text(row, 2))}] = reply.text(row, 3);
  }
  std::sort(state.tables.begin(), state.tables.end(),
            [](const TableData& a, const TableData& b) { return a.name < b.name; });
  std::vector<std::string> marks;
  for (TableData& table : state.tables) {
    std::sort(table.columns.begin(), table.columns.end());
    if (const TableData* known = like == nullptr ? nullptr : like->by_name(table.name)) {
      std::erase_if(table.columns, [&](const std::string& column) {
        return !std::binary_search(known->columns.begin(), known->columns.end(), column);
      });
    }
    const auto mark = written.find(table.oid);
    marks.push_back(mark == written.end() ? "" : mark->second);
    if (marks.back().empty()) continue;
    for (const std::string& column : table.columns) marks.back() += "," + kinds[{table.oid, column}];
  }
  measure(state.tables, marks);
  return state;
}

void DataReader::measure(std::vector<TableData>& tables, const std::vector<std::string>& marks) {
  std::vector<std::size_t> read;
  std::string sql;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const auto known = known_.find(tables[i].oid);
    if (known != known_.end() && !marks[i].empty() && known->second.mark == marks[i]) {
      tables[i].rows = known->second.rows;
      tables[i].fingerprint = known->second.fingerprint;
      continue;
    }
    read.push_back(i);
    sql += (sql.empty() ? "" : "\nUNION ALL\n") + measure_query(tables[i]);
  }
  if (read.empty()) return;
  const Reply measured = db_.must(sql);
  for (std::size_t row = 0; row < measured.size() && row < read.size(); ++row) {
    TableData& table = tables[read[row]];
    table.rows = measured.integer(row, 1);
    table.fingerprint = measured.text(row, 2);
    known_[table.oid] = {marks[read[row]], table.rows, table.fingerprint};
  }
}

DataState take_data(Connection& db, const DataState* like) { return DataReader(db).take(like); }

}  // namespace kairon::postgres
