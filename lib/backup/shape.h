#pragma once
#include <string>
#include <vector>

#include "backup/manifest.h"
#include "postgres/connection.h"

namespace kairon::backup {

/// What belongs to the cluster and not into a dump, given to a database that was made anew. What this server or user
/// cannot do is a note, not an error: the content counts.

/// Owner, grants, settings.
void apply_shape(postgres::Connection& db, const std::string& database, const DatabaseShape& shape,
                 std::vector<std::string>& notes);

/// Connection limit and IS_TEMPLATE, which a database cannot have while it is filled: it could not be dropped, or not
/// be connected to.
void set_limits(postgres::Connection& db, const std::string& database, const DatabaseShape& shape,
                std::vector<std::string>& notes);

/// Where the objects of a dump go: to their tablespaces, or all to the database's own.
enum class Tablespaces { recorded, ignored };

/// Where the database and what is in it go on this server.
struct Room {
  std::string own;  ///< tablespace of the database, "" = the default
  Tablespaces others = Tablespaces::recorded;
};
/// `record`: of the dump, null when there is none. Throws Error(environment) when the server does not answer.
[[nodiscard]] Room room_for(postgres::Connection& db, const DatabaseRecord* record, std::vector<std::string>& notes);

}  // namespace kairon::backup
