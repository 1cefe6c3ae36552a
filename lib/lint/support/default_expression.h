#pragma once
#include "lint/migration_input.h"

namespace kairon::lint {

/// True when squawk takes the default of an ADD COLUMN for a value that is stored once in the
/// catalogue: constants, casts and binary operators over them, arrays, and calls without arguments
/// of built-in functions that are not volatile. Parentheses, prefix operators (-1), calls with
/// arguments and SQL keywords other than current_timestamp count as values for each row.
[[nodiscard]] bool is_stored_once(const MigrationStatement& statement, const sql::Node& default_constraint);

}  // namespace kairon::lint
