#pragma once
#include <string>
#include <vector>

#include "postgres/binaries.h"

namespace kairon::postgres {

/// What a running server has to read of the machine: its own folders, the system's libraries and time zones, and
/// the data of the extensions' languages and libraries.
struct Installation {
  std::vector<std::string> folders;  ///< to read
  std::vector<std::string> files;    ///< to read
  std::string interpreter;           ///< the loader that the server's program names (ELF, PT_INTERP); "" = none
  std::string libraries;             ///< the server's own lib folder, "" when the system's loader knows it
};

/// Looks at the folders next to the programs and, when these hold no `postgres.bki`, asks `pg_config`.
[[nodiscard]] Installation installation_of(const Binaries& binaries);

}  // namespace kairon::postgres
