#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "git/source.h"

namespace kairon::git {

/// Parses the output of `git diff-index|diff-tree --raw -z --no-abbrev --no-renames`
/// (git-diff-index(1), "RAW OUTPUT FORMAT"). Nothing when it is not complete and well-formed.
/// Sorted by path, as all implementations answer.
[[nodiscard]] std::optional<std::vector<Change>> parse_raw_diff(std::string_view output);

/// Parses the output of `git ls-files --stage -z`; only stage 0. Nothing when malformed.
[[nodiscard]] std::optional<std::vector<Entry>> parse_stages(std::string_view output);

/// Parses `git ls-files --stage --debug -z` for the paths added with `git add --intent-to-add`.
[[nodiscard]] std::optional<std::vector<std::string>> parse_intents(std::string_view output);

/// Sorts by path (bytes).
void sort_by_path(std::vector<Change>& changes);

/// True for 40 or 64 lower-case hexadecimal digits.
[[nodiscard]] bool is_oid(std::string_view text);

}  // namespace kairon::git
