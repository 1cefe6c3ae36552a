#!/usr/bin/env bash
# A symlink or a submodule at a watched path hides what it points to: the same finding at commit, in a range,
# in the work tree and at push.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"
seed
mkdir -p db/migrations && echo 'SELECT 1;' >db/migrations/001_one.sql && echo 'SELECT 1;' >db/migrations/001_one_rollback.sql
git add -A && git commit -q --no-verify -m base
base=$(git rev-parse HEAD)
git init -q --bare "$sandbox/remote.git" && git remote add origin "$sandbox/remote.git"
git push -q --no-verify origin main

# everywhere PATH: commits what is staged, which every door reports at PATH.
everywhere() {
  blocks file/link git commit -q -m link
  mentions "$1:1:1: error[file/link]"
  run "$build/kairon" check --staged
  mentions "$1:1:1: error[file/link]"
  run "$build/kairon" check
  mentions "$1:1:1: error[file/link]"
  git commit -q --no-verify -m link
  for end in range push; do
    run "$build/kairon" check "--$end" "$base..HEAD"
    [[ $status == 1 ]] || fail "check --$end passed a link at $1"
    mentions "$1:1:1: error[file/link]"
  done
  run git push -q origin main
  [[ $status != 0 ]] || fail "pushed a link at $1"
  mentions "$1:1:1: error[file/link]"
  git reset -q --hard "$base" && git clean -qffdx
}

good L >"$sandbox/L.json"
ln -s "$sandbox/L.json" n8n-workflows/L.json && git add -A
everywhere n8n-workflows/L.json

mv n8n-workflows elsewhere && ln -s elsewhere n8n-workflows && git add -A
everywhere n8n-workflows

mv db elsewhere && ln -s elsewhere db && git add -A
everywhere db

git init -q "$sandbox/other" && git -C "$sandbox/other" commit -q --allow-empty -m other
git rm -rq n8n-workflows && git -c protocol.file.allow=always submodule --quiet add "$sandbox/other" n8n-workflows
everywhere n8n-workflows

# Settings that are a link or a submodule are not read, and somebody meant them to count.
rm -rf n8n-workflows/.git .git/modules && git reset -q --hard "$base"
echo '[lint "workflow/name"] severity = off' >"$sandbox/settings"
ln -s "$sandbox/settings" .kairon && git add -A
everywhere .kairon
mentions 'settings are not read through a symlink'
git -c protocol.file.allow=always submodule --quiet add "$sandbox/other" .kairon
everywhere .kairon
mentions 'settings are not read through a submodule'
rm -rf .kairon .git/modules
# Where every folder is watched, settings are no workflow, and yet looked at.
printf '[kairon]\n\tworkflows = **/*.json\n' >.kairon && git add -A && git commit -q --no-verify -m everything
base=$(git rev-parse HEAD) && git push -q --no-verify origin main
rm .kairon && ln -s "$sandbox/settings" .kairon && git add -A
everywhere .kairon

# What arrives is judged, although it cannot be stopped.
git checkout -q -b linked && rm .kairon && ln -s "$sandbox/settings" .kairon
git add -A && git commit -q --no-verify -m link
git checkout -q main && run git merge -q --ff-only --no-verify linked
mentions '.kairon:1:1: error[file/link]'

# A link that hides nothing of ours is nobody's business.
ln -s README.md LINK.md && git add -A
passes git commit -q -m other
