#pragma once
#include <map>
#include <optional>
#include <string>

#include "base/options.h"
#include "check/subject.h"
#include "config/settings.h"
#include "git/source.h"

namespace kairon::check {

/// What --staged, --range, --push and the PATHs name; it refers to `options`. `source` is null outside of a
/// repository. Throws Error(usage) for what names nothing.
[[nodiscard]] Subject select(const Options& options, git::GitSource* source, const config::Settings& settings);

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
