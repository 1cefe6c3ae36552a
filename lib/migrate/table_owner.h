#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace kairon::migrate {

/// Another program whose version table is called schema_migrations.
struct TableOwner {
  std::string_view name;    ///< "golang-migrate"
  std::string_view layout;  ///< value of [kairon] layout; "" when this program does not read its files
  std::string_view up;      ///< its command that applies pending migrations
};

/// Tells the owner of a table schema_migrations by the names of its columns. `rails`: a table
/// ar_internal_metadata is in reach. Returns nothing for our own table and for one in the shape that
/// migrations/001 extends.
[[nodiscard]] std::optional<TableOwner> foreign_owner(const std::vector<std::string>& columns, bool rails);

/// The refusal to use a table of `owner` as our own; `database` is shown.
[[nodiscard]] Error foreign_table_error(const std::string& database, const TableOwner& owner);

}  // namespace kairon::migrate
