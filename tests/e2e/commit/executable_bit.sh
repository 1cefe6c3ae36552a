#!/usr/bin/env bash
# A mode change alone still checks the file it concerns.
# both-sources
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"

bad A >n8n-workflows/A.json
git add .
git commit -q --no-verify -m "past the gate"
chmod +x n8n-workflows/A.json
git add .
blocks $missing git commit -m "mode only"
