#!/usr/bin/env bash
# A dry run deploys nothing, however it is written: behind an alias, in a shell alias, under a hook manager that
# stands between git and us. A push that is none goes on to the deployment.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"
seed
git init -q --bare "$sandbox/remote.git"
git remote add origin "$sandbox/remote.git"
git config kairon.env-dev.n8nUrl http://127.0.0.1:9

dry() {
  passes "$@"
  mentions "nothing deployed: this is a dry run"
}
real() {
  run "$@"
  [[ $status != 0 ]] || fail "passed without its deployment: $*"
  mentions "stage 1, deployment to dev"
}
git config alias.try "push --dry-run"
git config alias.again "try"
git config alias.outside '!git push -n'
git config alias.publish push

dry git push --dry-run origin main
dry git try origin main
dry git again origin main
dry git outside origin main
dry git -c alias.inline="push -n" inline origin main
dry git -C . publish -n origin main
dry git push origin main -qn
real git push origin main
real git publish origin main
real git push -n --no-dry-run origin main
git -C "$sandbox/remote.git" config receive.advertisePushOptions true
real git push -o -n origin main

# A manager's script, and one more process in between.
mkdir "$sandbox/managed"
printf '#!/bin/sh\nsh -c '"'"'"$0" "$@"; exit $?'"'"' "%s" "$@"\n' "$build/pre-push" >"$sandbox/managed/pre-push"
chmod +x "$sandbox/managed/pre-push"
git config core.hooksPath "$sandbox/managed"
dry git push --dry-run origin main
dry git try origin main
real git push origin main
