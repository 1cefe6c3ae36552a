#pragma once
#include <string>
#include <vector>

#include "config/settings.h"
#include "n8n/tree.h"

namespace kairon::smoke {

/// The folder of the first `[smoke] path`, below `top`.
[[nodiscard]] std::string case_folder(const std::string& top, const config::Settings& settings);

/// Appends cases to the array in `path`, which is made when it is not there; a name that the file already has gets a
/// number. Throws Error(usage) when the file is not an array, Error(environment) when it cannot be written.
void append_cases(const std::string& path, std::vector<n8n::Tree> cases);

}  // namespace kairon::smoke
