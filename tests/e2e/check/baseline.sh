#!/usr/bin/env bash
# both-sources
# [kairon] baseline = FILE: what was wrong before the gate came does not block, what is new does; and a
# secret is only known where the others have it already.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"
kairon=$build/kairon
token="ghp_$(printf 'a1B2c3D4e5F6' && printf 'g7H8i9J0k1L2m3N4o5P6q7R8')"

# secretive NAME TOKEN: a workflow with a token in a Set node, as an old repository may have it.
secretive() {
  good "$1" | sed "s/\"position\": \[200, 0\], \"parameters\": {}/\"position\": [200, 0], \"parameters\": {\"note\": \"$2\"}/"
}

bad Old >n8n-workflows/Old.json
secretive Leaky "$token" >n8n-workflows/Leaky.json
git add . && git commit -q --no-verify -m 'before the gate'
git init -q --bare "$sandbox/remote.git"
git remote add origin "$sandbox/remote.git"
git push -q --no-verify origin main

# Adopting: without a baseline nothing can be pushed.
good New >n8n-workflows/New.json
git add . && passes git commit -q -m new
run git push -q origin main
[[ $status != 0 ]] || fail 'known errors were pushed without a baseline'
ends_with 0 "$kairon" check --write-baseline known.json
mentions '3 findings written to known.json'
printf '[kairon]\n  baseline = known.json\n' >.kairon
passes "$kairon" check
mentions '3 in the baseline'

# The file counts from the state that is judged: not staged is not there.
git add .kairon && good Newer >n8n-workflows/Newer.json && git add n8n-workflows
ends_with 1 git commit -q -m 'without the file'
mentions 'names no file (a link is not followed)'
mv known.json kept.json && ln -s kept.json known.json && git add known.json kept.json
ends_with 1 git commit -q -m 'a link to the file'
mentions 'names no file (a link is not followed)'
git rm -q --cached kept.json && mv kept.json known.json
git add known.json
passes git commit -q -m 'with the file'
passes git push -q origin main

# A known finding stays known when its file changes; a new one blocks, at commit and at push.
bad Old | sed 's/"active": false/"active":  false/' >n8n-workflows/Old.json
git add . && passes git commit -q -m 'known error, other bytes'
silent
passes git push -q origin main
bad Other >n8n-workflows/Other.json
git add .
blocks $missing git commit -q -m 'new error'
git commit -q --no-verify -m 'new error'
run git push -q origin main
[[ $status != 0 && $output == *"Other.json"*"error[$missing]"* ]] || fail 'a new error was pushed'
[[ $output != *Old.json* ]] || fail 'the known error is reported as well'
git reset -q --hard HEAD~1

# A secret is known as long as its file is what the others have. Touched, it blocks, also when the
# baseline lists it.
secretive Leaky "$token" | sed 's/"active": false/"active":  false/' >n8n-workflows/Leaky.json
git add .
blocks secret/github git commit -q -m 'still there'
git commit -q --no-verify -m 'still there'
run git push -q origin main
[[ $status != 0 && $output == *"error[secret/github]"* ]] || fail 'a touched secret was pushed'
git reset -q --hard HEAD~1
secretive Fresh "$token" >n8n-workflows/Fresh.json
"$kairon" check --write-baseline known.json >/dev/null 2>&1
git add . && git commit -q --no-verify -m 'a new secret, and its baseline'
run git push -q origin main
[[ $status != 0 && $output == *"Fresh.json"*"error[secret/github]"* ]] || fail 'a new secret hid behind the baseline'
# ... and in a commit on the way, gone at the tip.
git rm -q n8n-workflows/Fresh.json && git commit -q --no-verify -m gone
run git push -q origin main
[[ $status != 0 && $output == *"in commit"* ]] || fail 'a secret in the history hid behind the baseline'
git reset -q --hard origin/main

# Nothing outside of the repository is read as a baseline.
printf '[kairon]\n  baseline = ../known.json\n' >.kairon
ends_with 1 "$kairon" check
mentions 'leads out of the repository'
printf '[kairon]\n  baseline = .kairon\n' >.kairon
ends_with 2 "$kairon" check
mentions 'is not a report of'
