#!/usr/bin/env bash
# A file that becomes a link or a submodule pointer is not read as a workflow; back again it is.
# both-sources
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"

seed
echo '{ not json' >elsewhere.txt
ln -sf ../elsewhere.txt n8n-workflows/A.json
git add .
passes git commit -m "a link's content is its target's name"
rm n8n-workflows/A.json
bad A >n8n-workflows/A.json
git add .
blocks $missing git commit -m "a file again"
