#!/usr/bin/env bash
# A lock that another git left behind: git refuses; the hook itself only reads and still judges.
# both-sources
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"

seed
bad B >n8n-workflows/B.json
git add .
touch .git/index.lock
ends_with 1 "$sandbox/hooks/pre-commit"
mentions "error[$missing]"
run git commit -m x
[[ $status != 0 ]] || fail "git committed through a lock"
[[ -e .git/index.lock ]] || fail "somebody removed the lock"
