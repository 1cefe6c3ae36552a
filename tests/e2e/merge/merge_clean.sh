#!/usr/bin/env bash
# A clean merge, which runs pre-merge-commit instead of pre-commit.
# both-sources
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"

seed
git checkout -q -b other
bad B >n8n-workflows/B.json
git add .
git commit -q --no-verify -m "past the gate"
git checkout -q main
good C >n8n-workflows/C.json
git add .
passes git commit -q -m ours
blocks $missing git merge --no-edit other
