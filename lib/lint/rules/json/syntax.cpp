#include "lint/rule.h"

namespace kairon::lint {

extern const RuleInfo kJsonSyntax;
const RuleInfo kJsonSyntax{"json/syntax",
                           Severity::error,
                           Scope::always,
                           "holds something else than one JSON text in UTF-8",
                           "n8n imports with JSON.parse: one broken file aborts the whole `import:workflow` batch, and "
                           "the REST API answers 400. "
                           "Limits: 32 MiB, 512 levels.",
                           "Repair the text at the place named, or export the workflow again."};

}  // namespace kairon::lint
