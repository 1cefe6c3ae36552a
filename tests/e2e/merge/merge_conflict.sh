#!/usr/bin/env bash
# A merge that was resolved by hand is checked when it is committed.
# both-sources
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"

seed
git checkout -q -b other
good theirs >n8n-workflows/A.json
git commit -q -a -m theirs
git checkout -q main
good ours >n8n-workflows/A.json
git commit -q -a -m ours
run git merge other
[[ $status == 1 ]] || fail "no conflict"
bad both >n8n-workflows/A.json
git add .
blocks $missing git commit --no-edit
good both >n8n-workflows/A.json
git add .
passes git commit --no-edit
