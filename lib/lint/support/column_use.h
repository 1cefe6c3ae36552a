#pragma once
#include <string>
#include <vector>

#include "lint/finding.h"
#include "lint/support/schema_statements.h"

namespace kairon::lint {

/// Which of the columns that a statement has: those on the schema in force, or those before a change.
using ColumnsOf = std::vector<workflow::ResultColumn> SchemaStatement::*;

/// Returns sql/column-use of one workflow, whose text is given: what the rules over values find once the columns of its
/// Postgres nodes are known. `large_numbers`: some node asks for bigint and numeric as numbers.
[[nodiscard]] std::vector<Finding> column_findings(const std::vector<SchemaStatement>& statements, ColumnsOf columns,
                                                   bool large_numbers, const std::string& text,
                                                   const std::string& path);

}  // namespace kairon::lint
