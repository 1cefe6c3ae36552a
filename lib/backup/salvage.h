#pragma once
#include <functional>
#include <string>
#include <vector>

#include "backup/manifest.h"

namespace kairon::backup {

/// A damaged dump, and the server that gets what it still yields.
struct SalvageRequest {
  std::string conninfo;                    ///< of the environment's database, which is not touched
  std::string dump;                        ///< a file in pg_dump's custom format
  const DatabaseRecord* record = nullptr;  ///< what the dump held; null when nobody knows
  std::function<void(const std::string&)> say = {};
};

struct SalvageResult {
  std::string database;  ///< the new one
  std::size_t tables = 0;
  long long rows = 0;
  std::vector<std::string> missing;  ///< one line each: rows, objects, constraints
};

/// Restores a dump piece by piece into a new database next to the environment's: every object whose definition can be
/// read, of each table the rows before the damage, then indexes and constraints where the rows allow them. Throws
/// Error(blocked) when not even the dump's table of contents can be read, Error(environment).
[[nodiscard]] SalvageResult salvage(const SalvageRequest& request);

}  // namespace kairon::backup
