#!/usr/bin/env bash
# A file that is only intended to be added is not part of the commit.
# both-sources
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"

seed
bad B >n8n-workflows/B.json
git add -N n8n-workflows/B.json
echo text >notes.txt
git add notes.txt
passes git commit -m x
git add n8n-workflows/B.json
blocks $missing git commit -m x
