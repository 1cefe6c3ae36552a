#!/usr/bin/env bash
# JSON that ends in the middle is a finding, not a crash.
# both-sources
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"

seed
truncated B >n8n-workflows/B.json
git add .
blocks json/syntax git commit -m x
mentions n8n-workflows/B.json:
