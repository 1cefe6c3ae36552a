#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "migration/detect.h"

namespace kairon::install {

/// A version that a file of the repository states.
struct StatedVersion {
  std::string version;  ///< "1.123.81", or less of it: "1"
  std::string place;    ///< "docker-compose.yml:12"
};

/// One of several histories of migrations.
struct NamedHistory {
  std::string name;  ///< for its section in .kairon
  migration::History history;
  std::string schema;  ///< the schema.sql next to its folder, "" without one
};

/// What `kairon init` found in a repository. Empty strings: not found.
struct Survey {
  std::vector<std::string> workflow_globs;   ///< patterns for [kairon] workflows
  std::size_t workflows = 0;                 ///< files that the patterns take in
  std::size_t with_ctx = 0;                  ///< workflows that pass `ctx` from node to node
  std::vector<std::string> workflows_aside;  ///< patterns of workflows for development, of archives, stray files
  std::string migrations;                    ///< folder that holds the highest number, archives last
  std::size_t migration_count = 0;
  std::string last_migration;                    ///< name of the file with the highest number
  std::vector<std::string> other_migrations;     ///< "db/seeds (2 files)"
  std::vector<migration::History> histories;     ///< of all tools, the likeliest first
  std::vector<NamedHistory> named_histories;     ///< where several are certain; they take the place of `migrations`
  std::string other_database;                    ///< a folder of migrations that are not for PostgreSQL
  std::string schema;                            ///< a schema.sql
  std::vector<StatedVersion> n8n_versions;       ///< the one for production first
  std::vector<StatedVersion> postgres_versions;  ///< likewise; major versions
  std::string branch;                            ///< origin's default branch, else main, else the current one

  /// At least a third of the workflows pass ctx along: the rules of Kairon's conventions are for them.
  [[nodiscard]] bool passes_ctx() const { return with_ctx > 0 && 3 * with_ctx >= workflows; }
  /// The first stated version, "" without any.
  [[nodiscard]] std::string n8n_version() const { return n8n_versions.empty() ? "" : n8n_versions.front().version; }
  [[nodiscard]] std::string postgres_version() const {
    return postgres_versions.empty() ? "" : postgres_versions.front().version;
  }
};

/// Reads the tracked and the not ignored files of the work tree at `top`. Throws Error(environment)
/// when git cannot list them. A file that cannot be read or parsed is not counted.
[[nodiscard]] Survey survey(const std::string& top);

/// Returns true for a path that no deployment to production takes: a component of it is an archive's
/// (archive, old, legacy, backup), or says that it is for development or tests (`n8n-workflows-dev`).
[[nodiscard]] bool is_set_aside(std::string_view path);

/// Puts the folder with the highest migration number into `found`; `files` are all paths of the repository.
/// A folder comes before the archive below it, whatever their numbers are.
void find_migrations(const std::vector<std::string>& files, Survey& found);

/// Looks for the histories of other migration tools too; one whose files or marks are certain takes the place of what
/// find_migrations() found. `top` is where the files are read.
void find_histories(const std::string& top, const std::vector<std::string>& files, Survey& found);

/// The patterns that take in `workflows` and as little else as possible; `all_json` is every JSON
/// file. Folders whose JSON files are all workflows, or that hold more than twenty, become `folder/*.json`;
/// others are listed file by file. Folders below one folder become `folder/**/*.json` when all of its JSON files are
/// workflows, more than eight of them when nearly all are.
[[nodiscard]] std::vector<std::string> globs_for(const std::vector<std::string>& workflows,
                                                 const std::vector<std::string>& all_json);

/// The version in a line like `image: docker.n8n.io/n8nio/n8n:1.123.81`, `pgvector/pgvector:pg15` or
/// `n8nio/n8n:${N8N_VERSION:-1.123.81}`; nothing for another image or a tag that is not a number (`latest`).
[[nodiscard]] std::optional<std::string> image_version(std::string_view text, std::string_view image);

/// Finds the versions of n8n and PostgreSQL in compose files, Dockerfiles and package.json files.
void find_versions(const std::string& top, const std::vector<std::string>& files, Survey& found);

/// Returns the first values of a list, and how many more there are: "a, b, c and 14 more".
[[nodiscard]] std::string first_few(std::vector<std::string> values);

/// The text of `.kairon` for a survey: only what differs from the defaults, each with its reason.
[[nodiscard]] std::string settings_text(const Survey& found);

}  // namespace kairon::install
