#include "trial/seed.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "base/format.h"
#include "base/text.h"
#include "postgres/quote.h"

namespace kairon::trial {

namespace {

constexpr int kRows = 3;
/// Rows after them that hold what migrations forget: NULL wherever it may be, then empty, numeric, JSON and repeated
/// text, zero, negative and large numbers.
constexpr int kNullRow = kRows + 1;
constexpr int kLastRow = kRows + 5;

constexpr const char* kColumns = R"sql(
SELECT c.oid, quote_ident(n.nspname) || '.' || quote_ident(c.relname), a.attname, format_type(coalesce(nullif(t.typbasetype, 0), t.oid), NULL),
  coalesce(nullif(bt.typcategory, ''), t.typcategory), a.attnotnull OR t.typnotnull, a.atthasdef, a.attgenerated <> '' OR a.attidentity <> '',
  (SELECT e.enumlabel FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder LIMIT 1), a.attnum,
  CASE WHEN t.typname IN ('varchar', 'bpchar') AND a.atttypmod > 4 THEN a.atttypmod - 4 ELSE 0 END,
  EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND a.attnum = ANY (i.indkey))
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type bt ON bt.oid = t.typbasetype AND t.typbasetype <> 0
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.oid >= 16384 AND c.relpersistence <> 't' AND n.nspname !~ '^pg_'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
  AND n.nspname <> 'information_schema' AND c.relname NOT IN ('schema_migrations', 'kairon_migration_steps', 'kairon_migration_log', 'kairon_deployments',
    'goose_db_version', '__diesel_schema_migrations', '_prisma_migrations', 'flyway_schema_history', '_sqlx_migrations', 'pgmigrations')
ORDER BY c.oid, a.attnum
)sql";

constexpr const char* kKeys = R"sql(
SELECT o.conrelid, a.attname, o.confrelid, quote_ident(n.nspname) || '.' || quote_ident(c.relname), f.attname, o.oid
FROM pg_constraint o CROSS JOIN LATERAL unnest(o.conkey, o.confkey) AS k(mine, theirs) JOIN pg_class c ON c.oid = o.confrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = o.conrelid AND a.attnum = k.mine
  JOIN pg_attribute f ON f.attrelid = o.confrelid AND f.attnum = k.theirs WHERE o.contype = 'f'
)sql";

/// Values of a CHECK such as status IN ('a', 'b'): the first literals of constraints on that column alone.
constexpr const char* kChecks =
    "SELECT o.conrelid, a.attname, (regexp_match(pg_get_constraintdef(o.oid), '''((?:[^'']|'''')*)'''))[1] FROM "
    "pg_constraint o JOIN "
    "pg_attribute a ON a.attrelid = o.conrelid AND a.attnum = o.conkey[1] WHERE o.contype = 'c' AND "
    "cardinality(o.conkey) = 1 AND "
    "pg_get_constraintdef(o.oid) ~ ''''";

struct Column {
  std::string name, type, category, label, literal;
  bool not_null = false, has_default = false, generated = false, unique = false;
  long long length = 0;
  std::string parent, parent_oid, parent_column;
};

struct Table {
  std::string oid, name;
  std::vector<Column> columns;
};

std::string of_category(const Column& column, int row) {
  const std::string text = column.length > 0 && column.length < 6 ? format("{}", row % 10) : format("seed {}", row);
  switch (column.category.empty() ? 'U' : column.category.front()) {
    case 'N':
      return format("{}", row);
    case 'B':
      return row % 2 == 0 ? "true" : "false";
    case 'D':
      return format("timestamp '2024-01-01' + interval '{} days'", row);
    case 'S':
      return postgres::quote_literal(text);
    case 'A':
      return "'{}'";
    case 'T':
      return format("interval '{} hours'", row);
    case 'I':
      return format("'10.0.0.{}'", row);
    case 'R':
      return "'empty'";
    case 'V':
      return "B'0'";
    default:
      break;
  }
  if (column.type == "uuid") return format("md5('{}')::uuid", row);
  if (column.type == "jsonb" || column.type == "json") return format("'{{\"n\": {}}}'", row);
  if (column.type == "bytea") return format("'\\x0{}'", row);
  return "NULL";
}

/// What rows behind the ordinary ones hold in a column that has no two equal values to avoid; "" for no such value.
std::string edge_of(const Column& column, int row) {
  const bool odd = column.unique || !column.literal.empty() || !column.label.empty() || !column.parent.empty();
  if (odd || column.category.empty()) return "";
  const auto which = static_cast<std::size_t>(row - kNullRow - 1);
  constexpr std::array<std::string_view, 4> kTexts = {"''", "'42'", "'{\"n\": 1}'", "'seed 1'"};
  constexpr std::array<std::string_view, 4> kNumbers = {"0", "-1", "32767", "1"};
  const bool roomy = column.length == 0 || column.length > 8;
  if (column.category == "S") return std::string(roomy || which == 0 ? kTexts.at(which) : "");
  const bool plain = column.type == "integer" || column.type == "bigint" || column.type == "smallint";
  return column.category == "N" && plain ? std::string(kNumbers.at(which)) : std::string();
}

/// The value of a column in row `row`; "" leaves it to its default.
std::string value_of(const Column& column, int row) {
  if (column.generated) return "";
  if (row == kNullRow && !column.not_null) return "NULL";
  if (row > kNullRow)
    if (std::string edge = edge_of(column, row); !edge.empty()) return edge;
  if (!column.parent.empty())
    return format("(SELECT {} FROM {} ORDER BY 1 LIMIT 1 OFFSET {} % greatest(1, (SELECT count(*) FROM {})))",
                  postgres::quote_identifier(column.parent_column), column.parent, row, column.parent);
  if (column.type == "time without time zone" || column.type == "time with time zone") return format("'0{}:00'", row);
  if (!column.label.empty()) return postgres::quote_literal(column.label);
  if (!column.literal.empty()) return "'" + column.literal + "'";
  if (column.has_default) return "";
  return of_category(column, row);
}

std::string insert_of(const Table& table, int row) {
  std::string names;
  std::string values;
  for (const Column& column : table.columns) {
    const std::string value = value_of(column, row);
    if (value.empty()) continue;
    const std::string cast = column.parent.empty() ? format("({})::{}", value, column.type) : value;
    names += (names.empty() ? "" : ", ") + postgres::quote_identifier(column.name);
    values += (values.empty() ? "" : ", ") + (value.starts_with("'") || value == "NULL" ? value : cast);
  }
  if (names.empty()) return format("INSERT INTO {} DEFAULT VALUES", table.name);
  return format("INSERT INTO {} ({}) VALUES ({})", table.name, names, values);
}

std::vector<Table> read_tables(postgres::Connection& db) {
  std::vector<Table> tables;
  const postgres::Reply reply = db.must(kColumns);
  for (std::size_t row = 0; row < reply.size(); ++row) {
    const auto text = [&](std::size_t column) { return std::string(reply.text(row, column)); };
    if (tables.empty() || tables.back().oid != text(0)) tables.push_back({text(0), text(1), {}});
    Column column{text(2),
                  text(3),
                  text(4),
                  text(8),
                  {},
                  reply.boolean(row, 5),
                  reply.boolean(row, 6),
                  reply.boolean(row, 7),
                  reply.boolean(row, 11),
                  reply.integer(row, 10),
                  {},
                  {},
                  {}};
    tables.back().columns.push_back(std::move(column));
  }
  const auto column_at = [&](std::string_view oid, std::string_view name) -> Column* {
    for (Table& table : tables) {
      if (table.oid != oid) continue;
      for (Column& column : table.columns) {
        if (column.name == name) return &column;
      }
    }
    return nullptr;
  };
  const postgres::Reply keys = db.must(kKeys);
  for (std::size_t row = 0; row < keys.size(); ++row) {
    if (Column* column = column_at(keys.text(row, 0), keys.text(row, 1))) {
      column->parent_oid = keys.text(row, 2);
      column->parent = keys.text(row, 3);
      column->parent_column = keys.text(row, 4);
    }
  }
  const postgres::Reply checks = db.must(kChecks);
  for (std::size_t row = 0; row < checks.size(); ++row) {
    if (Column* column = column_at(checks.text(row, 0), checks.text(row, 1))) column->literal = checks.text(row, 2);
  }
  return tables;
}

/// Tables after the ones that they refer to; what is left of a circle comes last.
std::vector<Table> parents_first(std::vector<Table> tables) {
  std::vector<Table> ordered;
  std::set<std::string> placed;
  while (!tables.empty()) {
    const auto ready = std::find_if(tables.begin(), tables.end(), [&](const Table& table) {
      return std::all_of(table.columns.begin(), table.columns.end(), [&](const Column& column) {
        return column.parent_oid.empty() || column.parent_oid == table.oid || placed.contains(column.parent_oid);
      });
    });
    const auto next = ready == tables.end() ? tables.begin() : ready;
    placed.insert(next->oid);
    ordered.push_back(std::move(*next));
    tables.erase(next);
  }
  return ordered;
}

}  // namespace

std::vector<std::string> seed_empty_tables(postgres::Connection& db) {
  std::vector<std::string> empty;
  for (const Table& table : parents_first(read_tables(db))) {
    if (db.must(format("SELECT EXISTS (SELECT FROM {})", table.name)).boolean(0, 0)) continue;
    bool any = false;
    for (int row = 1; row <= kRows; ++row) any = db.execute(insert_of(table, row)).ok() || any;
    // A constraint may forbid these.
    for (int row = kNullRow; any && row <= kLastRow; ++row) static_cast<void>(db.execute(insert_of(table, row)).ok());
    if (!any) empty.push_back(table.name);
  }
  return empty;
}

}  // namespace kairon::trial
