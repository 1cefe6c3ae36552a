#!/usr/bin/env bash
# A renamed workflow is checked under its new name.
# both-sources
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"

seed
git mv n8n-workflows/A.json "n8n-workflows/A new.json"
passes git commit -m "only a rename"
git mv "n8n-workflows/A new.json" n8n-workflows/B.json
bad A >n8n-workflows/B.json
git add .
blocks $missing git commit -m "rename and break"
mentions n8n-workflows/B.json
