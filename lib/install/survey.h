#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kairon::install {

/// What `kairon init` found in a repository. Empty strings: not found.
struct Survey {
  std::vector<std::string> workflow_globs;  ///< patterns for [kairon] workflows
  std::size_t workflows = 0;
  std::size_t with_ctx = 0;  ///< workflows that pass `ctx` from node to node
  std::string migrations;    ///< folder with the most numbered .sql files
  std::size_t migration_count = 0;
  std::string schema;            ///< a schema.sql
  std::string n8n_version;       ///< from a compose file's image
  std::string postgres_version;  ///< major version, from a compose file's image
  std::string branch;            ///< origin's default branch, else main, else the current one
};

/// Reads the tracked and the not ignored files of the work tree at `top`. Throws Error(environment)
/// when git cannot list them. A file that cannot be read or parsed is not counted.
[[nodiscard]] Survey survey(const std::string& top);

/// The patterns that take in `workflows` and as little else as possible; `all_json` is every JSON
/// file. Folders whose JSON files are all workflows become `folder/*.json`, others are listed file by
/// file; more than eight folders below one become `folder/**/*.json` when nothing else is there.
[[nodiscard]] std::vector<std::string> globs_for(const std::vector<std::string>& workflows,
                                                 const std::vector<std::string>& all_json);

/// The version in a line like `image: docker.n8n.io/n8nio/n8n:1.123.81` or `pgvector/pgvector:pg15`;
/// nothing for another image or a tag that is no number (`latest`).
[[nodiscard]] std::optional<std::string> image_version(std::string_view text, std::string_view image);

/// The text of `.kairon` for a survey: only what differs from the defaults, each with its reason.
[[nodiscard]] std::string settings_text(const Survey& found);

}  // namespace kairon::install
