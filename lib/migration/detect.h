#pragma once
#include <functional>
#include <string>
#include <vector>

#include "migration/layout.h"

namespace kairon::migration {

/// Migrations that a repository seems to hold.
struct History {
  const Layout* layout = nullptr;
  std::string folder;
  std::size_t count = 0;   ///< forward files
  std::string last = {};   ///< name of the last one
  std::string reason;      ///< what tells the layout, for people
  bool certain = false;    ///< a file of the tool's own or its marks say so, not names alone
  std::string table = {};  ///< [kairon] versionTable, where a file of the repository names one; "" = the tool's own
  std::string host = {};   ///< [kairon] host that makes what the files use and do not make; "" = none
};

/// Finds the histories of PostgreSQL among the files of a repository (paths below its top), the likeliest first. `head`
/// gives the beginning of a file, "" when it cannot be read; it is asked for the SQL files of each history. Histories
/// of other databases (by path, or by what only they understand) and of tests and examples are left out.
[[nodiscard]] std::vector<History> find_histories(const std::vector<std::string>& files,
                                                  const std::function<std::string(const std::string&)>& head);

/// Returns true for a path of tests, examples, vendored code or another database: a component of it says so.
[[nodiscard]] bool is_elsewhere(const std::string& path);

/// Returns true when half of the SQL files in a folder, or more, hold what only another database understands. A few of
/// them are read.
[[nodiscard]] bool is_for_another_database(const std::string& folder, const std::vector<std::string>& files,
                                           const std::function<std::string(const std::string&)>& head);

}  // namespace kairon::migration
