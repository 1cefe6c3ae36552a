#pragma once
#include <string_view>

#include "workflow/workflow.h"

namespace kairon::lint {

/// Returns what the URL of a resource locator of `node` has to hold and does not, for n8n to find the id in it; "" when
/// nothing is missing or when n8n does not look for one. `key` is the parameter's.
[[nodiscard]] std::string_view missing_in_locator(const workflow::Node& node, std::string_view key,
                                                  std::string_view url);

}  // namespace kairon::lint
