#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/temp.h"
#include "migrate/state.h"
#include "postgres/connection.h"
#include "postgres/embedded.h"
#include "trial/extension_stubs.h"
#include "trial/plain_session.h"

namespace kairon::trial {

/// What the database holds before the new migrations: the schema file when there is one, else the chain
/// of migrations that the base already has.
struct Base {
  std::string schema_path;            ///< "" = none
  std::optional<std::string> schema;  ///< its text
  std::vector<migrate::Source> chain;
  /// Those of the chain that came with the schema file's last change or after it: since_schema().
  std::vector<migrate::Source> since_schema;
  std::string backup;  ///< a pg_dump -Fc file; "" = none. Stronger than the schema
  MissingExtensions missing = MissingExtensions::block;
  std::string backup_origin = {};  ///< what the backup was decrypted from; "" = it lies there as it is
  std::shared_ptr<const TempFolder> backup_folder = {};  ///< holds what was decrypted
  postgres::FenceMode fence = postgres::FenceMode::on;
  std::string host = {};  ///< [kairon] host
  const migration::Layout* layout = &migration::kairon_layout();
  /// Migrations of the repository's other histories in the same database. Where no schema file and no backup has what
  /// they make, they run before those of this history, and in turns with them.
  std::vector<std::vector<migrate::Source>> others = {};
  std::size_t archived = 0;      ///< after a squash: migrations that are in the archive, and not in the base
  std::string backup_note = {};  ///< why the newest backup is not taken; "" = it is, or there is none
};

/// What a base is, for people: "backup FILE, 3 h old", "db/schema.sql and 2 later migrations".
[[nodiscard]] std::string describe(const Base& base);

/// Identity of a base's content, for the cache of loaded data folders.
[[nodiscard]] std::string base_key(const Base& base);

/// What a statement of a repository may take where it meets no rows: one that loops for ever must not hold a commit.
inline constexpr std::chrono::minutes kLongestOnEmptyTables{5};
/// What one row of a seed may take, whose triggers are the repository's.
inline constexpr std::chrono::seconds kLongestRow{5};

/// Sends a step, or what stands in for it.
[[nodiscard]] postgres::Reply send_replaced(PlainSession& session, StandIn* stand_in, const migration::File& file,
                                            const migrate::Step& step, std::size_t index);

/// Runs a migration as the runner would, making the roles, and with `stand_in` the parts of extensions,
/// that it misses. Fails with its place and reason. Throws Error(environment) for an extension that is
/// not installed, when nothing may stand in.
/// `repeated`: it ran before in another database of this server, where the roles that it makes are.
[[nodiscard]] Result<void> run_migration(PlainSession& session, const migration::File& file, StandIn* stand_in,
                                         bool repeated = false);

/// Loads the base as kTrialRole, who then owns all of it, and seeds empty tables. Roles that the base names and
/// nobody made are created. A schema file that does not load gives way to the chain; a migration of `since_schema`
/// that does not run on it is taken as part of it. `binaries` is null on a server of somebody else, where all runs as
/// the role of `conninfo`. Returns what people should know (one line each). Throws Error(blocked) when nothing loads,
/// Error(environment) for an extension that is not installed here, unless stand-ins are wanted.
std::vector<std::string> load_base(const Base& base, const std::string& conninfo, const postgres::Binaries* binaries);

/// Error(environment) naming the package when `error` says that an extension is not installed.
void refuse_missing_extension(const postgres::SqlError& error, int server_version);

/// The command that installs an extension on this machine (Debian's package names).
[[nodiscard]] std::string extension_remedy(const std::string& name, int server_version);

/// A database to try things in: an embedded server, or a scratch database on the server that
/// KAIRON_TEST_DATABASE_URL names (never the named database itself).
class Scratch {
 public:
  Scratch(const Base& base, int major);
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  /// The way of whoever looks at the database: a superuser on an embedded server, and no SQL of a repository.
  [[nodiscard]] std::string observer_conninfo() const;
  /// The way of whoever reads rows: not as a superuser, where that is possible.
  [[nodiscard]] std::string reader_conninfo() const;
  /// The same database as the role that migrations run as.
  [[nodiscard]] std::string trial_conninfo() const;
  /// For what connects as several roles.
  [[nodiscard]] const std::string& raw_conninfo() const { return conninfo_; }
  [[nodiscard]] bool embedded() const { return server_.has_value(); }
  /// "embedded PostgreSQL 15.20", "scratch database on ...".
  [[nodiscard]] const std::string& shown() const { return shown_; }
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

  /// Copies the database in use, to which nobody may be connected any more, and gives the copy's name.
  [[nodiscard]] std::string copy();
  /// From now on the connection strings mean this database, which copy() made.
  void use(const std::string& database);
  [[nodiscard]] const std::string& in_use() const { return in_use_; }
  /// Drops a database that copy() made, or the first one; it stays for the end when somebody is still connected.
  void discard(const std::string& database);

 private:
  /// True when the cached base holds stand-ins for extensions that are installed by now.
  [[nodiscard]] bool outdated() const;
  void drop();
  [[nodiscard]] std::string new_name();
  std::optional<postgres::EmbeddedServer> server_;
  std::string conninfo_;
  std::string shown_;
  std::optional<postgres::Connection> admin_;  ///< to the named database; may drop the scratch database
  std::vector<std::string> databases_;         ///< that are ours on that server
  std::string in_use_;
  std::size_t made_ = 0;
  std::vector<std::string> notes_;
};

}  // namespace kairon::trial
