#!/usr/bin/env bash
# Repositories that libgit2 cannot read are checked all the same: split and sparse index, sha256.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"

seed
git update-index --split-index
bad A >n8n-workflows/A.json
git add .
blocks $missing git commit -m "split index"
new_repo "$sandbox/sparse"
mkdir -p other
echo x >other/file
seed
git sparse-checkout init --cone --sparse-index
git sparse-checkout set n8n-workflows
bad A >n8n-workflows/A.json
git add .
blocks $missing git commit -m "sparse index"
unset KAIRON_GIT_SOURCE
new_repo "$sandbox/sha256" --object-format=sha256
bad A >n8n-workflows/A.json
git add .
blocks $missing git commit -m sha256
