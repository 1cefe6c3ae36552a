#include "lint/rule.h"

namespace kairon::lint {

extern const RuleInfo kSuppressionUnused;
const RuleInfo kSuppressionUnused{"suppression/unused",
                                  Severity::warning,
                                  Scope::always,
                                  "holds a `kairon: allow` note that suppresses nothing",
                                  "A suppression that outlived its finding hides the next defect of that kind.",
                                  "Delete the note, or correct the rule id in it."};

}  // namespace kairon::lint
