#pragma once
#include <memory>
#include <optional>
#include <string>

#include "backup/store.h"
#include "base/temp.h"

namespace kairon::backup {

/// A plain dump that pg_restore can read, decrypted where it had to be. What was decrypted is gone with
/// the last copy of this object.
struct ReadyDump {
  std::string path;
  std::string stored;                ///< where it lies, perhaps encrypted
  std::string shown;                 ///< "prod/20261125T130000Z", or the file's path
  std::string note;                  ///< what else of that backup is damaged, "" when nothing is
  std::optional<Manifest> manifest;  ///< none for a dump that we did not take
  std::shared_ptr<TempFolder> folder;
  [[nodiscard]] const DatabaseRecord* record() const {
    return manifest && manifest->database ? &*manifest->database : nullptr;
  }
};

/// Reads every byte of a backup (checksums of what lies there, and of what comes out of the decryption)
/// and decrypts its dump into a private folder next to the backups. Marks it as damaged when a checksum differs.
/// Saved workflows that are damaged do not keep a sound dump back: `note` says so. Throws Error(blocked) for a damaged
/// dump or manifest, Error(environment) when it cannot be decrypted.
[[nodiscard]] ReadyDump ready_backup(BackupStore& store, const StoredBackup& backup, const std::string& identity);

/// A dump by its path: a backup's folder, the dump in one, or any file of pg_dump's custom format. Throws
/// Error(usage) when it is none of these, else as above.
[[nodiscard]] ReadyDump ready_file(const std::string& path, const std::string& identity);

/// The dump of the newest good backup below `directory` (prod's first), for trials: sizes are checked, checksums
/// are not. Nothing when there is none. A Failure says why one that is there cannot be used.
[[nodiscard]] Result<std::optional<ReadyDump>> newest_dump(const std::string& directory, const std::string& identity,
                                                           std::time_t now);

}  // namespace kairon::backup
