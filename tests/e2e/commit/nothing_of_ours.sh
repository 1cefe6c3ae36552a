#!/usr/bin/env bash
# A commit that touches nothing we gate is silent.
# both-sources
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"

seed
echo hello >notes.txt
git add .
passes git commit -q -m x
silent
