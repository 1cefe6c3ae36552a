#pragma once
#include <functional>
#include <string>
#include <vector>

#include "migration/layout.h"

namespace kairon::migration {

/// Returns the version table that the tool's configuration among `files` names for the history in `folder`, as [kairon]
/// versionTable takes it; "" where no file names one, or the tool's usual one. Of several files the nearest above the
/// folder counts. `head` gives the beginning of a file.
[[nodiscard]] std::string find_version_table(const Layout& layout, const std::string& folder,
                                             const std::vector<std::string>& files,
                                             const std::function<std::string(const std::string&)>& head);

}  // namespace kairon::migration
