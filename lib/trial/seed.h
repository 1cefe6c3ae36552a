#pragma once
#include <string>
#include <vector>

#include "postgres/connection.h"

namespace kairon::trial {

/// Puts a few typed rows into every empty table, referenced tables first, so that a migration meets data:
/// many failures (NOT NULL, UNIQUE, a cast) only show on rows. A row that a constraint refuses is tried
/// with other values, then left out. Returns the tables that stayed empty.
[[nodiscard]] std::vector<std::string> seed_empty_tables(postgres::Connection& db);

}  // namespace kairon::trial
