#!/usr/bin/env bash
# commit -a: what is checked is the index that git is about to commit (index.lock).
# both-sources
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"

seed
bad A >n8n-workflows/A.json
blocks $missing git commit -a -m x
git diff --cached --quiet || fail "a blocked commit -a left something staged"
good C >n8n-workflows/A.json
passes git commit -a -m x
