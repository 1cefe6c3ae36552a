#pragma once
#include <string>
#include <vector>

#include "lint/migration_rule.h"

namespace kairon::lint {

/// A column that a statement names as a target.
struct Target {
  std::string name;
  std::size_t offset = 0;  ///< byte of the statement's text
  bool whole = true;       ///< false for a[1] and a.x, of which one list may hold several
};

/// Targets of SET, of an INSERT list: a list of ResTarget.
[[nodiscard]] std::vector<Target> targets_of(const sql::Node& list);
/// Columns of a CREATE TABLE's element list.
[[nodiscard]] std::vector<Target> columns_of(const sql::Node& elements);
/// The element list of a CREATE FOREIGN TABLE.
[[nodiscard]] sql::Node foreign_columns(const sql::Node& create);

/// Reports each target that is listed more than once.
void judge(const MigrationStatement& statement, const std::vector<Target>& targets, MigrationReporter& report);
/// The explicit column list of CREATE TABLE ... AS.
void judge_query_table(const MigrationStatement& statement, const sql::Node& names, MigrationReporter& report);
/// The names that SELECT ... INTO gives its columns.
void judge_select_into(const MigrationStatement& statement, MigrationReporter& report);
/// A view's column list, or the names that its SELECT gives.
void judge_view(const MigrationStatement& statement, MigrationReporter& report);

}  // namespace kairon::lint
