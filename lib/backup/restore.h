#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "backup/ready_dump.h"
#include "backup/shape.h"
#include "postgres/binaries.h"
#include "postgres/connection.h"
#include "postgres/fence.h"

namespace kairon::backup {

/// What to restore where.
struct RestoreRequest {
  std::string conninfo;  ///< of the database that gets the content; it need not exist
  ReadyDump dump;
  std::function<void(const std::string&)> say = {};
};

/// What is there before: for the question that is asked.
struct RestoreOutlook {
  std::string database;
  std::string server;  ///< the target without its password
  int major = 0;       ///< of its PostgreSQL
  bool exists = false;
  std::vector<std::string> sessions;  ///< "app (n8n)": who is connected and will be disconnected
};

struct RestoreResult {
  std::string database;
  std::string kept_as;             ///< name of the former database, "" when there was none
  bool kept_is_template = false;   ///< it has to be made an ordinary one before it can be dropped
  std::vector<std::string> notes;  ///< what people should know
  std::size_t tables = 0;
  long long rows = 0;
  double seconds = 0;
};

/// Looks, changes nothing. Throws Error(environment), Error(usage) when the string names no database.
[[nodiscard]] RestoreOutlook look_at_target(const std::string& conninfo);

/// Restores into a new database, proves it against the manifest, and only then takes the old one's place: both
/// renamings are one transaction, while whoever is connected is disconnected and nobody new gets in. The
/// former database stays under a dated name. Until that moment nothing is changed but for a database (and
/// roles that were missing) of our own making; a failure, a signal or the next run removes it.
/// Throws Error(environment), Error(blocked) when the content is not what was recorded.
[[nodiscard]] RestoreResult restore(const RestoreRequest& request);

/// The statement that drops the former database.
[[nodiscard]] std::string drop_statement(const std::string& database);

/// A run of pg_restore into an existing, empty database.
struct PgRestore {
  postgres::Binaries clients;
  std::string conninfo;
  std::string dump;
  Tablespaces tablespaces;
  /// Set for a throw-away server of ours: the run is fenced like that server.
  std::optional<postgres::FenceMode> fence = {};
  std::function<void()> on_tick = {};  ///< called about every 100 ms while it runs
};
/// Throws Error(environment) with its words.
void run_pg_restore(const PgRestore& request);

/// Makes the roles that the record names and the server lacks. Returns their names.
/// Throws Error(environment).
enum class RoleKind { plain, superuser };
std::vector<std::string> make_missing_roles(postgres::Connection& db, const DatabaseRecord& record, RoleKind kind);

}  // namespace kairon::backup
