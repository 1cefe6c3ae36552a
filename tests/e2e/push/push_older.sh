#!/usr/bin/env bash
# A push that is blocked by what the remote has already says so and offers the baseline; with it only new findings block.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"
seed
git init -q --bare "$sandbox/remote.git"
git remote add origin "$sandbox/remote.git"
bad Old >n8n-workflows/Old.json
git add . && git commit -q --no-verify -m old
git push -q --no-verify origin main

echo text >README.md
git add . && passes git commit -q -m readme
ends_with 1 git push -q origin main
mentions 'of 2 errors in files that the remote has as they are'
mentions 'kairon: 2 of'
mentions 'kairon init --adopt'

bad New >n8n-workflows/New.json
git add . && git commit -q --no-verify -m new
ends_with 1 git push -q origin main
mentions 'kairon: 2 of 4 errors in files that the remote has as they are'
git reset -q --hard HEAD~1

"$build/kairon" check --write-baseline .kairon-baseline.json >/dev/null 2>&1
git config -f .kairon kairon.baseline .kairon-baseline.json
git add . && passes git commit -q -m baseline
passes git push -q origin main
bad New >n8n-workflows/New.json
git add . && git commit -q --no-verify -m new
ends_with 1 git push -q origin main
[[ $output != *'as they are'* ]] || fail "the baseline is offered to those who have one"
