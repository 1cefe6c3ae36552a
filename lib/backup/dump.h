#pragma once
#include <functional>
#include <string>

#include "backup/encryption.h"
#include "backup/manifest.h"

namespace kairon::backup {

/// What to dump, and where to.
struct DumpRequest {
  std::string conninfo;
  std::string folder;  ///< an existing, private one; the file is "database.dump" (".age", ".gpg")
  Recipient recipient;
  std::function<void(const std::string&)> say = {};  ///< progress, a few words
};

/// Dumps a database with the pg_dump of its server's major version in the custom format, and reads
/// rows, schema and shape in the very snapshot that pg_dump uses (pg_export_snapshot, pg_dump
/// --snapshot). The dump's table of contents was read back with pg_restore --list. Throws
/// Error(environment); what it has written by then stays in the folder.
[[nodiscard]] DatabaseRecord dump_database(const DumpRequest& request);

/// Reads the table of contents of a plain dump; fails with pg_restore's words when it is none.
[[nodiscard]] Result<void> check_dump(const std::string& folder_of_programs, const std::string& path);

/// Reads a plain dump to its end: a table of contents is whole in a dump that was cut. Fails with pg_restore's words.
[[nodiscard]] Result<void> read_whole_dump(const std::string& folder_of_programs, const std::string& path);

/// "15.20" without what the distribution adds; the last lines of what a program said, on one line.
[[nodiscard]] std::string plain_version(std::string_view version);
[[nodiscard]] std::string last_lines(std::string_view text);

}  // namespace kairon::backup
