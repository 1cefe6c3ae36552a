#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace kairon::check {

/// Reads a committed file of a state by its path; nothing when the state has no such file.
using ReadFile = std::function<std::optional<std::string>(const std::string& path)>;

/// Returns one line for each way in which the gate that `after` commits is weaker than that of `before`: a severity
/// that was lowered, a stage or pattern that is gone, a baseline that grew. Defaults count where a state sets nothing.
/// The first .kairon of a repository is one line that says how it differs from the defaults.
[[nodiscard]] std::vector<std::string> weakenings(const ReadFile& before, const ReadFile& after);

}  // namespace kairon::check
