#pragma once
#include <string>
#include <vector>

#include "postgres/binaries.h"
#include "postgres/landlock.h"

namespace kairon::postgres {

/// What a running server has to read of the machine: its own folders, the system's libraries and time zones, and
/// the data of the extensions' languages and libraries.
struct Installation {
  std::vector<std::string> folders;  ///< to read
  std::vector<std::string> files;    ///< to read
  std::string libraries;             ///< the server's own lib folder, "" when the system's loader knows it
};

/// Looks at the folders next to the programs and, when these hold no `postgres.bki`, asks `pg_config`.
[[nodiscard]] Installation installation_of(const Binaries& binaries);

/// What the program of `installation` with that path has to reach: itself and its loader to execute, the folders and
/// files to read, and /dev/null.
[[nodiscard]] std::vector<PathRule> readable(const Installation& installation, const std::string& program);

/// The loader that a program names in its headers (ELF, PT_INTERP); "" when it is no such program.
[[nodiscard]] std::string interpreter_of(const std::string& program);

}  // namespace kairon::postgres
