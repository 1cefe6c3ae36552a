#include "lint/rule.h"

namespace kairon::lint {

extern const RuleInfo kFileUnmerged;
const RuleInfo kFileUnmerged{
    "file/unmerged",
    Severity::error,
    Scope::always,
    "leaves a watched file with an unresolved merge conflict in the index",
    "The index holds up to three versions of the file and no result, so nothing can be judged: neither this file nor "
    "the files that refer to it.",
    "Resolve the conflict and `git add` the file."};

}  // namespace kairon::lint
