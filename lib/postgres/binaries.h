#pragma once
#include <string>
#include <vector>

namespace kairon::postgres {

/// A PostgreSQL server installed here.
struct Binaries {
  std::string folder;   ///< holds postgres and initdb
  std::string version;  ///< "15.20"
  int major = 0;        ///< 15
};

/// Servers of KAIRON_POSTGRES_BIN (alone, when it is set), else of each folder of PATH, /usr/lib/postgresql/*/bin,
/// /usr/pgsql-*/bin, /usr/local/pgsql/bin and `pg_config --bindir`; newest first. A candidate counts
/// only when its `postgres --version` works and an initdb is next to it: PATH may hold wrappers.
[[nodiscard]] std::vector<Binaries> find_binaries();

/// The newest server, or the newest of `major` (0 = any). Throws Error(environment) with the command
/// that installs one.
[[nodiscard]] Binaries require_binaries(int major);

/// pg_dump and pg_restore of `major`, found like the servers (a machine may have the client programs
/// alone; then `folder` holds those). Throws Error(environment) that names the versions that are here
/// and the command that installs the missing one: pg_dump reads no newer server, and what a newer one
/// writes an older pg_restore cannot read.
[[nodiscard]] Binaries require_clients(int major);

}  // namespace kairon::postgres
