#pragma once
#include <ctime>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "migration/layout.h"

namespace kairon::migration {

/// The files of a new migration, in the layout's form: path and content. `existing` are the versions that are there:
/// a folder that counts goes on counting, with the width of its numbers, others get the time `now` (UTC). `title` is
/// what it is about.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> new_files(const Layout& layout,
                                                                         const std::string& folder,
                                                                         const std::vector<Version>& existing,
                                                                         std::string_view title, std::time_t now);

}  // namespace kairon::migration
