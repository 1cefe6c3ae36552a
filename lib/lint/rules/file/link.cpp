#include "lint/rule.h"

namespace kairon::lint {

extern const RuleInfo kFileLink;
const RuleInfo kFileLink{
    "file/link",
    Severity::error,
    Scope::always,
    "puts a symlink or a submodule at a watched path or in place of a watched folder",
    "git stores the link and not what it points to, so the files it leads to are neither judged nor searched, and "
    "n8n and the migration runner read whatever is there on the machine that deploys.",
    "Commit the files themselves."};

}  // namespace kairon::lint
