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
# An unresolved conflict is a finding in every format, and no setting turns it off.
printf '[lint "file/unmerged"]\n\tseverity = off\n' >.kairon && git add .kairon
run "$build/kairon" check --staged --format json
[[ $status == 1 ]] || fail "an unmerged file passed check --staged"
mentions '"rule":"file/unmerged","severity":"error","path":"n8n-workflows/A.json"'
mentions '"errors":1'
blocks file/unmerged "$(git config core.hooksPath)/pre-commit"
git rm -q -f --cached .kairon && rm .kairon
bad both >n8n-workflows/A.json
git add .
blocks $missing git commit --no-edit
good both >n8n-workflows/A.json
git add .
passes git commit --no-edit
