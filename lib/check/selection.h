#pragma once
#include <map>
#include <optional>
#include <string>

#include "base/options.h"
#include "check/subject.h"
#include "config/settings.h"
#include "git/source.h"

namespace kairon::check {

/// Returns the subject that --staged, --range, --push and the PATHs name; it refers to `options`. `source` is null
/// outside of a repository. Throws Error(usage) for an option or PATH that names nothing.
[[nodiscard]] Subject select(const Options& options, git::GitSource* source, const config::Settings& settings);

/// Returns the settings of the selected state: `.kairon` of the index, of the range's end, or of the
/// work tree; `command_line` is stronger than all.
[[nodiscard]] config::Settings load_settings(const Options& options, git::GitSource* source,
                                             std::map<std::string, std::string> command_line);

/// Returns a file of the selected state: of the index, of the range's end, or of the work tree ("" as folder
/// outside of a repository). Nothing when the state lacks it.
[[nodiscard]] std::optional<std::string> read_selected(const Options& options, git::GitSource* source,
                                                       const std::string& path);

/// Returns the commit whose schema is in force already: the published one, else HEAD; the base of a range. "" for
/// the empty tree.
[[nodiscard]] std::string schema_base(const Options& options, git::GitSource& source, const config::Settings& settings);

}  // namespace kairon::check
