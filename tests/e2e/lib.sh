#!/usr/bin/env bash
# What the end-to-end scripts share. Source it first; it leaves you in an empty repository whose
# hooks are the executables of $KAIRON_BUILD_DIR.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=${KAIRON_BUILD_DIR:-$here/../../build-debug}
build=$(cd "$build" && pwd)
sandbox=$(cd "$(mktemp -d "${TMPDIR:-/tmp}/kairon-e2e-XXXXXX")" && pwd -P)
trap 'chmod -R u+rwX "$sandbox" 2>/dev/null; rm -rf "$sandbox"' EXIT

for name in $(compgen -e GIT_ || true) $(compgen -e KAIRON_ || true); do
  [[ $name == KAIRON_GIT_SOURCE ]] || unset "$name"
done
export HOME=$sandbox/home XDG_CONFIG_HOME=$sandbox/home/.config XDG_CACHE_HOME=$sandbox/home/.cache
export GIT_CONFIG_GLOBAL=$sandbox/home/.gitconfig GIT_CONFIG_NOSYSTEM=1 LC_ALL=C NO_COLOR=1 GIT_EDITOR=true
mkdir -p "$HOME" "$sandbox/hooks"
for program in pre-commit pre-push post-merge post-commit; do ln -s "$build/$program" "$sandbox/hooks/$program"; done
for name in pre-merge-commit pre-applypatch; do ln -s "$build/pre-commit" "$sandbox/hooks/$name"; done
for name in post-rewrite post-checkout; do ln -s "$build/post-merge" "$sandbox/hooks/$name"; done

git config --global user.name Test
git config --global user.email test@example.org
git config --global init.defaultBranch main
git config --global commit.gpgSign false
git config --global protocol.file.allow always
git config --global core.hooksPath "$sandbox/hooks"

output="" status=0

# fail WHAT: ends the script and shows the last command's output.
fail() {
  printf '%s: FAILED: %s\n' "$(basename "$0")" "$1" >&2
  printf -- '--- exit status %s, output:\n%s\n---\n' "$status" "$output" >&2
  exit 1
}

# run COMMAND...: keeps $output (both streams) and $status.
run() {
  status=0
  output=$("$@" 2>&1) || status=$?
}

# passes COMMAND...: it must succeed without a finding or an error of ours.
passes() {
  run "$@"
  [[ $status == 0 ]] || fail "expected to pass: $*"
  [[ $output != *"error["* && $output != *"kairon: error"* ]] || fail "passed, and yet reported an error: $*"
}

# blocks RULE COMMAND...: it must fail because of that rule, and HEAD must not move.
blocks() {
  local rule=$1 before after
  shift
  before=$(git rev-parse --verify -q HEAD || true)
  run "$@"
  after=$(git rev-parse --verify -q HEAD || true)
  [[ $status != 0 ]] || fail "expected to be blocked by $rule: $*"
  [[ $output == *"error[$rule]"* ]] || fail "blocked, but not by $rule: $*"
  [[ $before == "$after" ]] || fail "blocked, and yet a commit was made: $*"
}

# ends_with STATUS COMMAND...
ends_with() {
  local wanted=$1
  shift
  run "$@"
  [[ $status == "$wanted" ]] || fail "expected exit status $wanted: $*"
}

# mentions TEXT: the last output has it. silent: there was none.
mentions() { [[ $output == *"$1"* ]] || fail "the output does not mention: $1"; }
silent() { [[ -z $output ]] || fail "expected no output"; }

# good NAME: a workflow's JSON that nothing is wrong with. bad NAME: the same with an edge to a node
# that does not exist. truncated: JSON that ends in the middle.
workflow() {
  cat <<JSON
{
  "name": "$1",
  "nodes": [
    {"id": "6a1f0c1e-0000-4000-8000-000000000001", "name": "Start", "type": "n8n-nodes-base.manualTrigger", "typeVersion": 1, "position": [0, 0], "parameters": {}},
    {"id": "6a1f0c1e-0000-4000-8000-000000000002", "name": "End", "type": "n8n-nodes-base.noOp", "typeVersion": 1, "position": [200, 0], "parameters": {}}
  ],
  "connections": {"Start": {"main": [[{"node": "$2", "type": "main", "index": 0}]]}},
  "settings": {"executionOrder": "v1"},
  "active": false
}
JSON
}
good() { workflow "$1" End; }
bad() { workflow "$1" "No Such Node"; }
truncated() { workflow "$1" End | head -c 200; }
# shellcheck disable=SC2034  # used by the scripts
readonly missing=connection/missing-node

# new_repo FOLDER [git init arguments]: makes it and goes there.
new_repo() {
  local folder=$1
  shift
  git init -q "$@" "$folder"
  cd "$folder"
  mkdir -p n8n-workflows
}

# seed: a first commit with one good workflow, A.
seed() {
  good A >n8n-workflows/A.json
  git add .
  passes git commit -q -m seed
}

new_repo "$sandbox/work"
# The whole suite is about a gate that works.
run "$build/pre-commit"
if [[ $output == *"no stage yet"* ]]; then
  echo "skipped: this build's pre-commit checks nothing yet"
  exit 77
fi
