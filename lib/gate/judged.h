#pragma once
#include <string>

#include "git/source.h"

namespace kairon::gate {

/// pre-commit notes which tree it judged, so that post-commit knows whether that is what was committed and stays
/// silent without looking again. Without a note it looks again: that is slower, and nothing worse.

/// Notes the tree below the git dir. Never fails; "" takes the note away.
void note_judged(const std::string& git_dir, const git::Oid& tree);

/// True when this tree was judged last.
[[nodiscard]] bool was_judged(const std::string& git_dir, const git::Oid& tree);

/// The tree of a commit. Throws Error(environment).
[[nodiscard]] git::Oid tree_of_commit(git::GitSource& source, const git::Oid& commit);

}  // namespace kairon::gate
