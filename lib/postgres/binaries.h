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

/// Servers of KAIRON_POSTGRES_BIN (alone, when it is set), else of PATH, /usr/lib/postgresql/*/bin,
/// /usr/pgsql-*/bin, /usr/local/pgsql/bin and `pg_config --bindir`; newest first. A candidate counts
/// only when its `postgres --version` works and an initdb stands beside it: PATH may hold wrappers.
[[nodiscard]] std::vector<Binaries> find_binaries();

/// The newest server, or the newest of `major` (0 = any). Throws Error(environment) with the command
/// that installs one.
[[nodiscard]] Binaries require_binaries(int major);

}  // namespace kairon::postgres
