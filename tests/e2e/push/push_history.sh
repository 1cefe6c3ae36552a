#!/usr/bin/env bash
# A secret that a later commit took out again would reach the remote with the history all the same:
# the push is refused, for migrations and for workflows.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"
seed
git init -q --bare "$sandbox/remote.git"
git remote add origin "$sandbox/remote.git"
passes git push -q origin main
published=$(git rev-parse HEAD)
token=ghp_$(printf '%s' q7Rk2Vb9Xc4Nd8Ls1Wm6 Tz3Hy5Jf0Gp2Ke7A)

# refused WHAT FILE: what the last two commits put in and took out of FILE.
refused() {
  run git push -q origin main
  [[ $status != 0 ]] || fail "pushed, with a secret in the history of $1"
  mentions "error[secret/github]"
  mentions "$2"
  mentions "(in commit $(git rev-parse HEAD~1 | head -c 10))"
  [[ $output != *"$token"* ]] || fail 'the secret was printed'
  [[ $(git -C "$sandbox/remote.git" rev-parse main) == "$published" ]] || fail 'the remote moved'
  git reset -q --hard "$published"
}

mkdir -p db/migrations
echo "CREATE TABLE public.note (id bigint PRIMARY KEY, body text DEFAULT '$token');" >db/migrations/001_note.sql
echo 'DROP TABLE public.note;' >db/migrations/001_note_rollback.sql
git add . && git commit -q --no-verify -m in
echo 'CREATE TABLE public.note (id bigint PRIMARY KEY, body text);' >db/migrations/001_note.sql
git add . && git commit -q --no-verify -m out
refused 'a migration' db/migrations/001_note.sql

good "Key $token" >n8n-workflows/K.json
git add . && git commit -q --no-verify -m in
good K >n8n-workflows/K.json
git add . && git commit -q --no-verify -m out
refused 'a workflow' n8n-workflows/K.json

# A secret that was never committed is not a history.
good K >n8n-workflows/K.json
git add .
passes git commit -q -m clean
passes git push -q origin main

# What one place has says nothing of another that the same remote pushes to.
git config core.hooksPath /dev/null
echo "$token" >notes.txt && git add . && git commit -q -m in && git push -q origin main
git rm -q notes.txt && git commit -q -m out && git push -q origin main
git config --unset core.hooksPath
git init -q --bare "$sandbox/other.git"
for setting in "remote.origin.pushurl $sandbox/other.git" "url.$sandbox/other.git.pushInsteadOf $sandbox/remote.git"; do
  # shellcheck disable=SC2086 # a name and a value
  git config $setting
  run git push -q origin main
  [[ $status != 0 ]] || fail "the history went to another place by ${setting%% *}"
  mentions "error[secret/github]"
  git config --unset "${setting%% *}"
done
git config remote.origin.pushurl "file://$sandbox/remote.git"
passes git push -q origin main:again
