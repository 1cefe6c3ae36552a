#!/usr/bin/env bash
# post-commit tells of a commit that pre-commit did not see, and only of such a one.
# both-sources
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"
seed
bad B >n8n-workflows/B.json
git add .
run git commit -q --no-verify -m past
[[ $status == 0 ]] || fail "the commit failed"
mentions 'connection/missing-node'
mentions 'no hook stopped this commit, and it has 2 errors'

# A cherry-pick runs no pre-commit either.
git branch picked
git reset -q --hard HEAD~1
run git cherry-pick picked
[[ $status == 0 ]] || fail "the cherry-pick failed"
mentions 'no hook stopped this commit'
git reset -q --hard HEAD~1

# What pre-commit let through is not spoken of again: by the settings of the commit, and by its baseline.
printf '[lint "%s"]\n\tseverity = warning\n' connection/missing-node node/unreachable >.kairon
bad B >n8n-workflows/B.json
git add .
rm .kairon
run git commit -q -m allowed
[[ $status == 0 ]] || fail "blocked: $output"
[[ $output != *'no hook'* ]] || fail "spoke of a commit that was let through: $output"
git reset -q --hard HEAD~1
"$build/kairon" check --write-baseline known.json n8n-workflows >/dev/null 2>&1
git config kairon.baseline known.json
bad B >n8n-workflows/B.json
"$build/kairon" check --write-baseline known.json >/dev/null 2>&1
git add .
run git commit -q -m known
[[ $status == 0 ]] || fail "blocked: $output"
[[ $output != *'no hook'* ]] || fail "spoke of what the baseline lists: $output"

# A rebase is looked at once, when it is done.
git config --unset kairon.baseline
git checkout -q -b side HEAD~1
echo 1 >other && git add . && git commit -q -m other
bad C >n8n-workflows/C.json
git add . && git commit -q --no-verify -m bad 2>/dev/null
run git rebase -q main
[[ $output != *'no hook'* ]] || fail "spoke during a rebase: $output"
