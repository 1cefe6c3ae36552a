#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "lint/finding.h"

namespace kairon::lint {

/// Searches the bytes of any file, message or list of names for secrets. A line that holds
/// `kairon: allow RULE` allows that rule on itself and on the next line. UTF-16 is read as text too.
[[nodiscard]] std::vector<Finding> search_bytes(std::string_view bytes, const std::string& path);

/// Searches a workflow for what must not reach a remote: secrets in keys and decoded values, and pinned
/// data. Does not judge it. Notes of nodes that allow a rule count; a text that is no workflow is
/// searched as bytes.
[[nodiscard]] std::vector<Finding> search_workflow(const std::string& text, const std::string& path);

/// Searches a migration: a directive `-- kairon: allow RULE` anywhere in it allows the rule.
[[nodiscard]] std::vector<Finding> search_migration(std::string_view text, const std::string& path);

}  // namespace kairon::lint
