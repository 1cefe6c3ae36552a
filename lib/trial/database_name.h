#pragma once
#include <string>
#include <string_view>

#include "postgres/connection.h"
#include "sql/tree.h"

namespace kairon::trial {

/// The name of the database that a GRANT, REVOKE, ALTER DATABASE or COMMENT names; "" for other statements. `tree` is
/// the statement's inner node.
[[nodiscard]] std::string named_database(const sql::Node& tree);

/// `text` with the database of `db` in place of the one it names: the trial's database is not called as the real one.
[[nodiscard]] std::string on_this_database(std::string_view text, const sql::Node& tree, postgres::Connection& db);

}  // namespace kairon::trial
