#include "postgres/fingerprint.h"

#include <algorithm>

#include "base/format.h"
#include "postgres/quote.h"

namespace kairon::postgres {

namespace {

constexpr const char* kTables = R"sql(
SELECT c.oid, quote_ident(n.nspname) || '.' || quote_ident(c.relname), a.attname
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind = 'r' AND c.oid >= 16384 AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
ORDER BY c.oid
)sql";

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

DataState take_data(Connection& db, const DataState* like) {
  DataState state;
  const Reply reply = db.must(kTables);
  for (std::size_t row = 0; row < reply.size(); ++row) {
    if (state.tables.empty() || state.tables.back().name != reply.text(row, 1))
      state.tables.push_back({std::string(reply.text(row, 0)), std::string(reply.text(row, 1)), {}, 0, {}});
    if (!reply.null(row, 2)) state.tables.back().columns.emplace_back(reply.text(row, 2));
  }
  std::sort(state.tables.begin(), state.tables.end(),
            [](const TableData& a, const TableData& b) { return a.name < b.name; });
  std::string sql;
  for (TableData& table : state.tables) {
    std::sort(table.columns.begin(), table.columns.end());
    if (const TableData* known = like == nullptr ? nullptr : like->by_name(table.name)) {
      std::erase_if(table.columns, [&](const std::string& column) {
        return !std::binary_search(known->columns.begin(), known->columns.end(), column);
      });
    }
    sql += (sql.empty() ? "" : "\nUNION ALL\n") + measure_query(table);
  }
  if (sql.empty()) return state;
  const Reply measured = db.must(sql);
  for (std::size_t row = 0; row < measured.size() && row < state.tables.size(); ++row) {
    state.tables[row].rows = measured.integer(row, 1);
    state.tables[row].fingerprint = measured.text(row, 2);
  }
  return state;
}

}  // namespace kairon::postgres
