#pragma once
#include <string>
#include <vector>

#include "sql/statement.h"
#include "sql/tree.h"

namespace kairon::diff {

/// Returns the tables of a statement with the way they are used: "select events",
/// "insert traces(order_id, sku)". Names of WITH queries are left out.
[[nodiscard]] std::vector<std::string> table_accesses(const sql::Node& tree);

/// What a statement of a migration does.
struct SqlEffect {
  std::string what;  ///< the statement on one line, shortened
  std::string lock;  ///< "ACCESS EXCLUSIVE on orders"; "" when it takes no lock on an existing table
  std::size_t line = 1;
};

/// Returns the effects of every statement that parses, in text order, without settings and transaction
/// commands.
[[nodiscard]] std::vector<SqlEffect> effects_of(const sql::Script& script);

}  // namespace kairon::diff
