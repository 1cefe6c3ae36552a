#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace kairon::workflow {

/// The steps of a field name as lodash's toPath takes them: `a.b`, `a[0].b`, `['full name'].b`. A name without
/// dots and brackets is one step.
[[nodiscard]] std::vector<std::string> field_path(std::string_view name);

}  // namespace kairon::workflow
