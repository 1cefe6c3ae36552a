#!/usr/bin/env bash
# commit -p: the part that was chosen.
# both-sources
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"

seed
bad A >n8n-workflows/A.json
all_hunks() { yes | git commit -p -m x; }
blocks $missing all_hunks
