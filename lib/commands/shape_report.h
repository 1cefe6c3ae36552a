#pragma once
#include <string>

namespace kairon::commands {

/// What the gate believes a node receives and emits, as text for people to check. Throws Error(usage)
/// when the file is not a workflow or has no such node.
[[nodiscard]] std::string shape_report(const std::string& path, const std::string& node);

}  // namespace kairon::commands
