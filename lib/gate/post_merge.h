#pragma once
#include "git/source.h"

namespace kairon::gate {

struct HookCall;

/// Judges what came in with a merge, rebase or checkout: findings of the new HEAD, number collisions and
/// changed applied migrations, pending migrations; of a commit that pre-commit did not see (--no-verify,
/// cherry-pick, revert) its errors. Silent unless there is something to say; never throws for a finding,
/// since git ignores the exit status of these hooks.
void look_after_merge(git::GitSource& source, const HookCall& call);

}  // namespace kairon::gate
