#!/usr/bin/env bash
# A staged bad workflow blocks; what lies in the work tree neither helps nor hurts.
# both-sources
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"

seed
bad A >n8n-workflows/A.json
git add .
good A >n8n-workflows/A.json
blocks $missing git commit -m "bad staged, good on disk"
mentions n8n-workflows/A.json
git add .
good B >n8n-workflows/B.json
git add .
bad A >n8n-workflows/A.json
passes git commit -m "good staged, bad on disk"
