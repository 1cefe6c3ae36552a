#pragma once
#include <string>

namespace kairon::diff {

/// Returns a workflow as lines that git can compare: one paragraph for each node with its parameters, code
/// line by line, and its connections; no positions and no ids. Any other text is returned as it is.
[[nodiscard]] std::string listing_of(const std::string& text);

}  // namespace kairon::diff
