#pragma once
#include <string>

#include "postgres/connection.h"

namespace kairon::backup {

/// A database that takes another one's name.
struct Swap {
  std::string database;   ///< the name to have
  std::string candidate;  ///< who gets it
  std::string kept_as;    ///< what the former holder is called afterwards
  std::string comment;    ///< of the database, "" = none
};

/// Renames both in one transaction. ALTER DATABASE ... RENAME locks the name before it waits (5 s) for
/// the database to be empty, so nobody new gets in while a second session disconnects who is there
/// (src/backend/commands/dbcommands.c, RenameDatabase; utils/init/postinit.c). A crash at any moment
/// leaves either state, never one in between. `db` and `conninfo` lead to a third database. Returns
/// `kept_as`, "" when nobody had the name. Throws Error(environment), with both databases as they were.
[[nodiscard]] std::string take_place(postgres::Connection& db, const std::string& conninfo, const Swap& swap);

}  // namespace kairon::backup
