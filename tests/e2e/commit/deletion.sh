#!/usr/bin/env bash
# Deleting a workflow needs no content.
# both-sources
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"

seed
git rm -q n8n-workflows/A.json
passes git commit -m gone
