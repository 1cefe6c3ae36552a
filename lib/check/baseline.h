#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"
#include "lint/finding.h"

namespace kairon::check {

/// A file that lists the findings that existed when the gate was adopted: a report of `kairon check
/// --format json`.
struct BaselineFile {
  std::string shown;    ///< for messages: "--baseline known.json"
  std::string content;  ///< its bytes
};

/// True for what must not reach anybody who does not have it yet: secrets and pinned data.
[[nodiscard]] bool must_stay_out_of_history(const lint::Finding& finding);

/// Returns the file that `[kairon] baseline` names, from the state that is judged: `read` gives a file of
/// that state by path. Returns nothing when the setting is empty. Throws Error(usage) when the state has no such file.
[[nodiscard]] std::optional<BaselineFile> configured_baseline(
    const config::Settings& settings, const std::function<std::optional<std::string>(const std::string&)>& read);

/// Returns the text of a baseline file: one line for each finding, sorted, without positions, so that it diffs and
/// merges line by line; and the version of the node catalogue that it was made with ("" without one).
[[nodiscard]] std::string baseline_text(const std::vector<lint::Finding>& findings, std::string_view catalogue_version);

/// Removes the findings that a baseline lists, each as often as it is listed; positions do not
/// count, so that unrelated edits do not bring old findings back. A secret or pinned data counts as
/// known only in a file for which `untouched(path)` holds: elsewhere the content is new to the others.
/// Returns how many were removed. Throws Error(usage) when the file is not a baseline.
std::size_t apply_baseline(const BaselineFile& baseline, std::vector<lint::Finding>& findings,
                           const std::function<bool(const std::string&)>& untouched);

}  // namespace kairon::check
