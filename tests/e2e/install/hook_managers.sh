#!/usr/bin/env bash
# The gate under pre-commit (Debian), prek and lefthook (npm): with the files that this project gives them,
# a bad commit is blocked and a good one made, also by `git commit FILE`; pushes are judged.
# shellcheck source=tests/support/hook_managers.sh
. "$(dirname "$0")/../../support/hook_managers.sh"
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"
kairon=$build/kairon
source_dir=$(cd "$here/../.." && pwd)
left_out=0
leave_out() { echo "skipped: $*" && left_out=1; }

# An installed suite: kairon in PATH, the hooks where install.sh puts them.
cmake --install "$build" --prefix "$sandbox/prefix" >/dev/null
export PATH=$sandbox/prefix/bin:$PATH
git config --global --unset core.hooksPath # they refuse to install beside it

# This project as pre-commit clones it: only the manifest is read.
git init -q "$sandbox/gate"
cp "$source_dir/.pre-commit-hooks.yaml" "$sandbox/gate"
git -C "$sandbox/gate" add -A && git -C "$sandbox/gate" commit -q -m manifest
gate_commit=$(git -C "$sandbox/gate" rev-parse HEAD)

# exercise NAME: the manager is installed in the current repository; its hooks do their work.
exercise() {
  local name=$1
  git init -q --bare "$sandbox/$name.git"
  git remote add origin "$sandbox/$name.git"
  good A >n8n-workflows/A.json && git add -A
  passes git commit -q -m good
  bad B >n8n-workflows/B.json && git add -A
  blocks "$missing" git commit -q -m bad
  good B >n8n-workflows/B.json # repaired on disk only: what is staged is still bad
  blocks "$missing" git commit -q -m "bad, as staged"
  git add -A && git reset -q n8n-workflows/B.json
  bad C >n8n-workflows/C.json && git add n8n-workflows/C.json
  blocks "$missing" git commit -q -m "C and D" -- n8n-workflows/C.json
  git reset -q --hard && rm -f n8n-workflows/[BC].json
  passes git push -q origin main
  bad D >n8n-workflows/D.json && git add -A
  passes git commit -q --no-verify -m "around the gate"
  ends_with 1 git push -q origin main
  mentions "error[$missing]"
  good D >n8n-workflows/D.json && git add -A
  passes git commit -q -m repaired
  passes git push -q origin main
  echo "$name: commits and pushes are gated"
}

config_for() { "$kairon" ci init --pre-commit --source "$sandbox/gate" --ref "$gate_commit" >.pre-commit-config.yaml; }
# Debian 12 has a pre-commit from before 3.2, whose stages have other names.
old_names() { sed -i '/^minimum_pre_commit_version/d; s/\[pre-commit\]/[commit]/; s/\[pre-push\]/[push]/' .pre-commit-config.yaml; }

if command -v pre-commit >/dev/null; then
  new_repo "$sandbox/with-pre-commit"
  config_for
  case $(pre-commit --version) in 'pre-commit '[0-2].* | 'pre-commit 3.'[01].*) old_names ;; esac
  passes pre-commit install --hook-type pre-commit --hook-type pre-push
  exercise pre-commit
  passes pre-commit run --all-files
else
  leave_out "no pre-commit (apt-get install pre-commit)"
fi

if fetch_managers; then
  new_repo "$sandbox/with-prek"
  config_for
  passes "$prek" install --hook-type pre-commit --hook-type pre-push
  exercise prek

  new_repo "$sandbox/with-lefthook"
  "$kairon" ci init --lefthook >lefthook.yml
  export LEFTHOOK_BIN=$lefthook
  passes "$lefthook" install
  exercise lefthook
else
  leave_out "prek and lefthook cannot be fetched from npm"
fi
[[ $left_out == 0 ]] || exit 77
