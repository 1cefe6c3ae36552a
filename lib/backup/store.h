#pragma once
#include <ctime>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backup/manifest.h"
#include "backup/retention.h"
#include "base/file.h"
#include "config/settings.h"

namespace kairon::backup {

/// One backup of one environment: the folder `<directory>/<environment>/<stamp>` with the files that
/// its manifest names, `manifest.json` and `SHA256SUMS`.
struct StoredBackup {
  std::string path;
  std::string stamp;  ///< "20261125T130000Z"
  std::time_t taken = 0;
  std::optional<Manifest> manifest;
  std::string damage;  ///< "" when all files are there in the recorded size and nobody found it bad
  /// The same of the saved workflows, when there is a dump next to them, which does without.
  std::string workflows_damage;
  /// What the run that took it could not do: workflows that are missing, an off-site copy that failed.
  std::string shortfall = {};
  /// Stamped later than the clocks of two machines may differ: then it says nothing about its age.
  [[nodiscard]] bool is_future(std::time_t now) const { return taken > now + kClockTolerance; }
  [[nodiscard]] bool good() const { return damage.empty() && workflows_damage.empty(); }
  /// The dump's path, "" when it holds none.
  [[nodiscard]] std::string dump() const;
};

/// The purpose of the temporary folders that hold what was decrypted.
inline constexpr const char* kDecrypted = "restore";

/// What a backup that is looked for has to hold: a run may have had only the workflows.
enum class Holding { anything, database };

/// Parts of a backup that are sound or not each for itself. The manifest belongs to both.
enum class Part { database, workflows };

/// When a drill last came to an end, and how.
struct DrillRecord {
  std::time_t tested = 0;
  std::string backup;  ///< its stamp
  bool passed = false;
  double seconds = 0;  ///< measured recovery time
  std::string reason;  ///< why it did not pass
};

/// The backups of one environment on the disk. Reading members throw nothing and see what is there;
/// writing ones throw Error(environment).
class BackupStore {
 public:
  /// `directory` holds one folder per environment.
  BackupStore(std::string directory, std::string environment);

  [[nodiscard]] const std::string& folder() const noexcept { return folder_; }
  [[nodiscard]] const std::string& environment() const noexcept { return environment_; }

  /// Newest first.
  [[nodiscard]] std::vector<StoredBackup> list() const;
  /// The newest one that is not from the future and holds what is asked for, sound: anything is all that it has.
  [[nodiscard]] std::optional<StoredBackup> newest_good(std::time_t now, Holding what = Holding::anything) const;
  [[nodiscard]] std::optional<DrillRecord> last_drill() const;
  void record_drill(const DrillRecord& drill);

  /// Makes the folder (0700; with a .gitignore, for a directory inside a work tree). Refuses a folder
  /// that others may write to or that is another user's.
  void prepare();
  /// Sole right to write here, until the descriptor is closed; nothing when somebody else has it.
  [[nodiscard]] file::Descriptor try_lock();
  /// While it is open, nothing is rotated away: for reading a backup next to a run of kairon backup.
  [[nodiscard]] file::Descriptor hold() const;
  /// True when nobody holds; keeps those who come later waiting until `lock` is closed.
  [[nodiscard]] bool may_rotate(file::Descriptor& lock) const;
  /// Removes what runs that were killed left behind. Only under the lock.
  void reap();
  /// A new folder under a temporary name, for a backup taken at `time`.
  [[nodiscard]] std::string begin(std::time_t time);
  /// Makes it durable and gives it its name: from here on it is a backup. Returns its path.
  std::string commit(const std::string& temporary, std::time_t time);
  /// Under another name first, so that half a deletion is never taken for a backup.
  void remove(const StoredBackup& backup);
  /// Marks a backup that turned out not to be what was recorded; a reason that begins with the name of the workflows'
  /// file is theirs alone.
  void mark_damaged(const StoredBackup& backup, const std::string& reason);
  /// Marks a backup whose run could not do all that it should have: `reasons`, at least one.
  void mark_incomplete(const StoredBackup& backup, const std::vector<std::string>& reasons);

 private:
  std::string environment_;
  std::string root_;
  std::string folder_;
};

/// Returns a note that names the backups stamped later than `now`, which nobody takes for the newest; "" without any.
[[nodiscard]] std::string future_note(const std::vector<StoredBackup>& backups, std::time_t now);

/// Returns the sums that the SHA256SUMS of a folder lists, by file name; names with a slash are left out.
[[nodiscard]] Result<std::map<std::string, std::string>> listed_sums(const std::string& folder);

/// Reads the manifest and a part's file and compares them with SHA256SUMS; fails naming the first that differs, and
/// when the list does not cover them. A part that is not in the backup is right.
[[nodiscard]] Result<void> verify_sums(const StoredBackup& backup, Part part);

/// `[backup] directory`, absolute (relative: to `top`; "~/" is the home folder); "" when it is not set.
[[nodiscard]] std::string backup_directory(const config::Settings& settings, const std::string& top);

/// fsync of a file or folder; Error(environment).
void make_durable(const std::string& path);

/// "3 min", "5 h", "12 days": for people.
[[nodiscard]] std::string shown_age(std::time_t seconds);
/// "12.3 MB".
[[nodiscard]] std::string shown_bytes(long long bytes);

}  // namespace kairon::backup
