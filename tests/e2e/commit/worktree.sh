#!/usr/bin/env bash
# A linked work tree has its own index.
# both-sources
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"

seed
git worktree add -q "$sandbox/linked"
bad M >n8n-workflows/M.json
git add .
cd "$sandbox/linked"
good L >n8n-workflows/L.json
git add .
passes git commit -m "the main tree's bad file is not ours"
bad L >n8n-workflows/L.json
git add .
blocks $missing git commit -m x
