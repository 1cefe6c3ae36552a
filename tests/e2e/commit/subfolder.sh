#!/usr/bin/env bash
# git commit from a subfolder.
# both-sources
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"

seed
mkdir -p deep/er
bad A >n8n-workflows/A.json
git add .
cd deep/er
blocks $missing git commit -m x
