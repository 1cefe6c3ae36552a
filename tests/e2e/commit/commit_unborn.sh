#!/usr/bin/env bash
# The first commit of a repository is checked like any other.
# both-sources
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"

bad A >n8n-workflows/A.json
git add .
blocks $missing git commit -m first
good A >n8n-workflows/A.json
git add .
passes git commit -m first
