#!/usr/bin/env bash
# A file that becomes a link is not read as a workflow, and said so; back again it is judged.
# both-sources
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"

seed
echo '{ not json' >elsewhere.txt
ln -sf ../elsewhere.txt n8n-workflows/A.json
git add .
blocks file/link git commit -m "a link's content is its target's name"
git commit -q --no-verify -m 'a link'
rm n8n-workflows/A.json
bad A >n8n-workflows/A.json
git add .
blocks $missing git commit -m "a file again"
