#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/result.h"
#include "config/settings.h"
#include "git/source.h"

namespace kairon::repository {

/// Where a state declares the variables that its workflows read.
inline constexpr std::string_view kEnvironmentExample = ".env.example";
/// The committed settings.
inline constexpr std::string_view kSettingsFile = ".kairon";

/// One file of a state that is checked.
struct SnapshotFile {
  std::string path;      ///< as findings show it
  std::string identity;  ///< equal identity = equal content: a blob id, or "w" + a content hash
};

/// The watched files of one state (index, commit, work tree or bare paths), and how to read them.
struct Snapshot {
  std::vector<SnapshotFile> workflows;            ///< sorted by path
  std::vector<SnapshotFile> migrations;           ///< *.sql of the migrations folder (rollbacks too), sorted
  std::vector<SnapshotFile> archived_migrations;  ///< *.sql in sub-folders of it: only looked for, never judged
  std::vector<SnapshotFile> others;               ///< schema file, .env.example
  /// Links and submodules at watched paths or at folders that hold some: what they lead to is not read.
  /// `identity` is "symlink" or "submodule".
  std::vector<SnapshotFile> links;
  /// Reads a listed file. Throws Error(environment) when it cannot be read.
  std::function<std::string(const SnapshotFile&)> read;
  /// False when files are judged by themselves and cross-file verdicts are impossible.
  bool complete = true;

  [[nodiscard]] const SnapshotFile* other(std::string_view path) const;
  /// Returns the workflow of that path or, without folder and `.json`, of that name; null for an unknown one.
  [[nodiscard]] const SnapshotFile* workflow(std::string_view name) const;
};

/// Returns the error for a name that no workflow of the snapshot has; its remedy names the nearest one.
[[nodiscard]] Error unknown_workflow(const Snapshot& snapshot, std::string_view name);

/// Returns the folders of a glob before its first wildcard: "a/b" of "a/b/*.json", "" when it begins with one.
[[nodiscard]] std::string fixed_folder(std::string_view glob);

/// Returns the folders and files that snapshots of a repository list.
[[nodiscard]] std::vector<std::string> watched_folders(const config::Settings& settings);

/// Returns the files that decide how the others are judged: the settings and, when one is named, the baseline.
[[nodiscard]] std::vector<std::string> settings_files(const config::Settings& settings);

/// Returns the watched folders and the settings' files, where a link or a submodule is a finding. Empty when
/// everything is looked at.
[[nodiscard]] std::vector<std::string> places_of_links(const config::Settings& settings);

/// Returns true when a link or a submodule at this path would hide watched files.
[[nodiscard]] bool hides_watched(const config::Settings& settings, const std::string& path);

[[nodiscard]] Snapshot index_snapshot(git::GitSource& source, const config::Settings& settings);
/// `revision` "" is the empty tree.
[[nodiscard]] Snapshot tree_snapshot(git::GitSource& source, const std::string& revision,
                                     const config::Settings& settings);
/// The SQL of a commit, and nothing else of it.
[[nodiscard]] Snapshot sql_snapshot(git::GitSource& source, const std::string& revision,
                                    const config::Settings& settings);
/// The snapshot of commit `revision` ("": the empty tree), made from the one of the index and from what differs between
/// them at places_of_links(): so that nobody reads the tree a second time.
[[nodiscard]] Snapshot snapshot_before(git::GitSource& source, const std::string& revision, const Snapshot& now,
                                       const std::vector<git::Change>& changes, const config::Settings& settings);
/// The files on disk below the repository's top.
[[nodiscard]] Snapshot work_tree_snapshot(const std::string& top, const config::Settings& settings);
/// Files and folders named by hand: JSON that looks like a workflow, and *.sql. Throws Error(usage)
/// for a path that does not exist or a named file that is neither.
[[nodiscard]] Snapshot path_snapshot(const std::vector<std::string>& paths);

/// Makes `content` the workflow (a *.sql: the migration) of that path, whatever the snapshot lists there.
void put_file(Snapshot& snapshot, const std::string& path, std::string content);

/// Returns a blob of the index or of a commit by path; nothing for an unknown path.
[[nodiscard]] std::optional<std::string> read_index_file(git::GitSource& source, const std::string& path);
[[nodiscard]] std::optional<std::string> read_tree_file(git::GitSource& source, const std::string& revision,
                                                        const std::string& path);

}  // namespace kairon::repository
