#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "git/handles.h"
#include "git/index_list.h"

namespace kairon::git {

/// Compares a tree (null: the empty one) with an index below `folders` (empty: everything). Folders whose tree id the
/// index keeps are compared by it alone. Nothing when an object cannot be read.
[[nodiscard]] std::optional<std::vector<Change>> staged_diff(git_odb* objects, const git_oid* tree,
                                                             const IndexList& index,
                                                             std::span<const std::string> folders);

}  // namespace kairon::git
