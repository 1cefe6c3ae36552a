#pragma once
#include <string>

#include "git/source.h"

namespace kairon::gate {

/// pre-commit notes which tree it judged, so that post-commit can compare it with the commit and leave at
/// once. Without a note post-commit judges again, which is only slower.

/// Notes the tree below the git dir. Never fails; "" takes the note away.
void note_judged(const std::string& git_dir, const git::Oid& tree);

/// Returns true when this tree was judged last.
[[nodiscard]] bool was_judged(const std::string& git_dir, const git::Oid& tree);

/// Returns the tree of a commit. Throws Error(environment).
[[nodiscard]] git::Oid tree_of_commit(git::GitSource& source, const git::Oid& commit);

}  // namespace kairon::gate
