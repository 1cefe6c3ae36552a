#!/usr/bin/env bash
# --git-dir and --work-tree, and a separate git dir.
# both-sources
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"

mkdir -p "$sandbox/tree/n8n-workflows"
cd "$sandbox/tree"
apart() { git --git-dir="$sandbox/apart.git" --work-tree="$sandbox/tree" "$@"; }
git init -q --bare "$sandbox/apart.git"
git --git-dir="$sandbox/apart.git" config core.bare false
bad A >n8n-workflows/A.json
apart add .
run apart commit -m x
[[ $status != 0 && $output == *"error[$missing]"* ]] || fail "not blocked"
good A >n8n-workflows/A.json
apart add .
passes apart commit -m x
new_repo "$sandbox/separate" --separate-git-dir "$sandbox/separate.git"
bad A >n8n-workflows/A.json
git add .
blocks $missing git commit -m x
