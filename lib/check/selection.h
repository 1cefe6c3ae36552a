#pragma once
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "base/options.h"
#include "check/outgoing.h"
#include "config/settings.h"
#include "git/source.h"
#include "repository/snapshot.h"

namespace kairon::check {

/// The states and the paths that a command line of `kairon check` asks for.
struct Selection {
  repository::Snapshot now;
  /// What the change starts from (--staged, --range, --push).
  std::optional<repository::Snapshot> base;
  /// The state whose migrations may no longer change (CheckRequest::published).
  std::optional<repository::Snapshot> published;
  /// What leaves for a remote with this state (--range, --push).
  std::optional<OutgoingRequest> outgoing;
  /// Nothing: everything of `now` is reported.
  std::optional<std::set<std::string>> only;
};

/// Reads --staged, --range, --push and the PATHs. `source` is null outside of a repository. Throws
/// Error(usage) for what names nothing.
[[nodiscard]] Selection select(const Options& options, git::GitSource* source, const config::Settings& settings);

/// The settings that count for what is selected: `.kairon` of the index, of the range's end, or of the
/// work tree; stronger than all is `command_line`.
[[nodiscard]] config::Settings load_settings(const Options& options, git::GitSource* source,
                                             std::map<std::string, std::string> command_line);

/// A file of the selected state: of the index, of the range's end, or of the work tree ("" as folder
/// outside of a repository). Nothing when there is none.
[[nodiscard]] std::optional<std::string> read_selected(const Options& options, git::GitSource* source,
                                                       const std::string& path);

/// The commit whose schema is in force already: the published one, else HEAD; the base of a range. "" for
/// the empty tree.
[[nodiscard]] std::string schema_base(const Options& options, git::GitSource& source, const config::Settings& settings);

}  // namespace kairon::check
