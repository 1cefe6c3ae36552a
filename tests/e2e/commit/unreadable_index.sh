#!/usr/bin/env bash
# An index that cannot be read blocks with exit 3.
# both-sources
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"

seed
good B >n8n-workflows/B.json
git add .
head -c 60 .git/index >"$sandbox/short"
for broken in "$sandbox/short" /etc/hostname; do
  cp "$broken" .git/index
  ends_with 3 "$sandbox/hooks/pre-commit"
  mentions "kairon: error"
  GIT_INDEX_FILE=.git/index ends_with 3 "$sandbox/hooks/pre-commit"
done
