#!/usr/bin/env bash
# What a commit takes away from the gate is said at the commit and at the push; a committed file cannot take away
# what only the user may.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"

printf '[kairon]\n' >.kairon
git add .kairon
passes git commit -q -m first
git init -q --bare "$sandbox/remote.git"
git remote add origin "$sandbox/remote.git"
passes git push -q origin main
printf '[kairon]\n\tworkflows = one/*.json\n[gate]\n\ttrial = off\n[lint "migration/server-escape"]\n\tseverity = off\n' >.kairon
git add .kairon
passes git commit -q -m weaker
for line in '[lint "migration/server-escape"] severity: error -> off' '[gate] trial: on -> off' '[kairon] workflows: n8n-workflows/*.json -> one/*.json'; do
  [[ $output == *"kairon: the gate gets weaker: $line"* ]] || fail "a commit that says nothing of: $line"
done
passes git push -q origin main
[[ $(grep -c 'the gate gets weaker: ' <<<"$output") == 3 ]] || fail 'a push that does not say what gets weaker'
git commit -q --allow-empty -m same
passes git push -q origin main
[[ $output != *'gets weaker'* ]] || fail 'a push that says what it does not bring'

# Files of the repository are named by paths inside it.
printf '[kairon]\n\tmigrations = ../other\n\tschema = /etc/passwd\n\tworkflows = a/../../*.json\n' >.kairon
git add .kairon
run git commit -q -m outside
for line in '[kairon] migrations = ../other' '[kairon] schema = /etc/passwd' '[kairon] workflows = a/../../*.json'; do
  [[ $output == *"$line leads out of the repository"* ]] || fail "a path out of the repository is taken: $line"
done
git checkout -q HEAD -- .kairon 2>/dev/null || true

# Where a backup is read from and whether there is a fence are not for the repository to say.
printf '[gate]\n\tfence = off\n[backup]\n\tdirectory = dumps\n' >.kairon
git add .kairon
run git commit -q -m 'no fence'
for key in '[gate] fence' '[backup] directory'; do
  [[ $output == *"$key is not taken from the committed .kairon"* ]] || fail "a committed $key is not refused"
done
