#include "target/history_database.h"

#include <algorithm>

#include "base/error.h"
#include "base/format.h"
#include "base/text.h"
#include "postgres/conninfo.h"

namespace kairon::target {

namespace {

/// libpq reads a database name with `=` or `://` as a connection string, which a committed file must not choose.
bool is_plain_name(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

}  // namespace

std::string database_of_history(const config::Settings& history, const std::string& conninfo) {
  if (history.history().empty() || conninfo.empty()) return conninfo;
  const std::string name = history.value(config::kHistoryDatabase, history.history());
  if (!is_plain_name(name))
    throw usage_error(
        format("[migrations \"{}\"] database: invalid name '{}'", text::printable(history.history()),
               text::printable(name)),
        "name a database of the environment's server: letters, digits, _ and -; another server: --database URL");
  return name.empty() ? conninfo : postgres::with_database(conninfo, name);
}

}  // namespace kairon::target
