#include "lint/rule.h"

namespace kairon::lint {

extern const RuleInfo kJsonDuplicateKey;
const RuleInfo kJsonDuplicateKey{"json/duplicate-key",
                                 Severity::error,
                                 Scope::always,
                                 "has the same key twice in one object",
                                 "JSON.parse keeps the last value and drops the first silently: often the trace "
                                 "of a merge that kept both sides.",
                                 "Decide which value is meant and delete the other one."};

}  // namespace kairon::lint
