#pragma once
#include <string>
#include <vector>

#include "base/error.h"
#include "migrate/state.h"
#include "postgres/connection.h"

namespace kairon::migrate {

/// What the version table of another tool says of one version.
struct ToolRow {
  std::string version;  ///< as the table spells it
  std::string applied_at;
  std::string checksum;
  bool failed = false;      ///< begun and not finished: the tool stops there
  bool covers_all = false;  ///< everything up to this version is applied (golang-migrate's one row, a baseline)
  std::string description;
};

/// Reads the tool's own table with SELECT only, in a read-only transaction; no rows where there is no table. Takes none
/// of the tool's locks. Throws Error(environment).
[[nodiscard]] std::vector<ToolRow> read_tool_rows(postgres::Connection& db, const migration::Layout& layout);

/// Makes the table as the tool makes it before its first migration, when there is none; nothing for our own layout. For
/// databases that are thrown away.
void make_tool_table(postgres::Connection& db, const migration::Layout& layout);

/// The tool's files against its rows, in the tool's order.
[[nodiscard]] std::vector<StateLine> compare_tool_state(const migration::Layout& layout,
                                                        const std::vector<Source>& sources,
                                                        const std::vector<ToolRow>& rows);

/// What a database says of migrations of any layout; changes nothing. A table schema_migrations of another tool than
/// the layout's is refused.
[[nodiscard]] std::vector<StateLine> current_state(postgres::Connection& db, const std::vector<Source>& sources);

/// True when another tool runs these migrations.
[[nodiscard]] bool is_foreign(const std::vector<Source>& sources);

/// Throws Error(usage) for migrations that another tool runs; `command` is the tool's for the same work.
void refuse_foreign_layout(const std::vector<Source>& sources, std::string_view migration::Layout::*command);

}  // namespace kairon::migrate
