#!/usr/bin/env bash
# commit FILE: only that file counts, whatever else is staged.
# both-sources
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"

seed
bad B >n8n-workflows/B.json
git add n8n-workflows/B.json
good A2 >n8n-workflows/A.json
passes git commit -m "only the good one" n8n-workflows/A.json
blocks $missing git commit -m "only the bad one" n8n-workflows/B.json
