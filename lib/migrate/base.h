#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/temp.h"
#include "migrate/stand_in.h"
#include "migrate/state.h"
#include "postgres/connection.h"
#include "postgres/embedded.h"

namespace kairon::migrate {

/// The role that migrations are tried as: no superuser, owner of everything in the base.
inline constexpr const char* kTrialRole = "kairon_trial";

/// What the database holds before the new migrations: the schema file when there is one, else the chain
/// of migrations that the base already has.
struct Base {
  std::string schema_path;            ///< "" = none
  std::optional<std::string> schema;  ///< its text
  std::vector<Source> chain;
  /// Those of the chain that came with the schema file's last change or after it: since_schema().
  std::vector<Source> since_schema;
  std::string backup;  ///< a pg_dump -Fc file; "" = none. Stronger than the schema
  MissingExtensions missing = MissingExtensions::block;
  std::string backup_origin = {};  ///< what the backup was decrypted from; "" = it lies there as it is
  std::shared_ptr<const TempFolder> backup_folder = {};  ///< holds what was decrypted
  std::string backup_note = {};  ///< why the newest backup is not taken; "" = it is, or there is none
};

/// What a base is, for people: "backup FILE, 3 h old", "db/schema.sql and 2 later migrations".
[[nodiscard]] std::string describe(const Base& base);

/// Identity of a base's content, for the cache of loaded data folders.
[[nodiscard]] std::string base_key(const Base& base);

/// What to do about roles that a file names and the server does not have.
enum class MissingRoles {
  make,  ///< on a server of our own
  skip   ///< on somebody's: roles belong to the whole server
};

/// Runs a migration as the runner would, making the roles, and with `stand_in` the parts of extensions,
/// that it misses. Fails with its place and reason. Throws Error(environment) for an extension that is
/// not installed, when nothing may stand in.
[[nodiscard]] Result<void> run_migration(postgres::Connection& db, const migration::File& file, StandIn* stand_in,
                                         MissingRoles roles);

/// Loads the base as superuser, hands all of it to kTrialRole, and seeds empty tables. Roles that the
/// base names and nobody made are created. A schema file that does not load gives way to the chain;
/// a migration of `since_schema` that does not run on it is taken as part of it.
/// Returns what people should know (one line each). Throws Error(blocked) when nothing loads,
/// Error(environment) for an extension that is not installed here, unless stand-ins are wanted.
std::vector<std::string> load_base(const Base& base, const std::string& conninfo, const postgres::Binaries* binaries);

/// Error(environment) naming the package when `error` says that an extension is not installed.
void refuse_missing_extension(const postgres::SqlError& error, int server_version);

/// The command that installs an extension on this machine (Debian's package names).
[[nodiscard]] std::string extension_remedy(const std::string& name, int server_version);

/// Creates the role that `error` misses and gives its name; nothing when the error is another one.
std::optional<std::string> make_missing_role(postgres::Connection& db, const postgres::SqlError& error);

/// A database to try things in: an embedded server, or a scratch database on the server that
/// KAIRON_TEST_DATABASE_URL names (never the named database itself).
class Scratch {
 public:
  Scratch(const Base& base, int major);
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  [[nodiscard]] const std::string& conninfo() const { return conninfo_; }
  /// The same database as the role that migrations run as.
  [[nodiscard]] std::string trial_conninfo() const;
  [[nodiscard]] bool embedded() const { return server_.has_value(); }
  /// "embedded PostgreSQL 15.20", "scratch database on ...".
  [[nodiscard]] const std::string& shown() const { return shown_; }
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

 private:
  /// True when the cached base holds stand-ins for extensions that are installed by now.
  [[nodiscard]] bool outdated() const;
  void drop();
  std::optional<postgres::EmbeddedServer> server_;
  std::string conninfo_;
  std::string shown_;
  std::optional<postgres::Connection> admin_;  ///< to the named database; may drop the scratch database
  std::string database_;                       ///< its name
  std::vector<std::string> notes_;
};

}  // namespace kairon::migrate
