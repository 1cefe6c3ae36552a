#!/usr/bin/env bash
# Rewrites the committed files that are made from the sources, after a rule or a setting was added or reworded: the
# table of rules, and the manual's table and the JSON schema of the settings. Usage: tests/generated.sh [BUILD_DIR]
set -euo pipefail
build=$(cd "${1:-$(dirname "$0")/../build}" && pwd)
cd "$(dirname "$0")/.."
KAIRON_WRITE_GENERATED=1 "$build/tests/test_config" --test-case='The manual*,The schema*' >/dev/null
"$build/kairon" rules --format markdown >lib/lint/RULES.md.new
mv lib/lint/RULES.md.new lib/lint/RULES.md
git status --short -- lib/lint/RULES.md lib/manual/settings.md lib/config/settings.schema.json
