#!/usr/bin/env bash
# --amend: the delta to HEAD is checked.
# both-sources
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"

seed
bad A >n8n-workflows/A.json
git add .
blocks $missing git commit --amend --no-edit
good A3 >n8n-workflows/A.json
git add .
passes git commit --amend --no-edit
passes git commit --amend -m "another message only"
