#!/usr/bin/env bash
# Inside a submodule, and the commit of its pointer.
# both-sources
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"

new_repo "$sandbox/inner"
seed
cd "$sandbox/work"
seed
git submodule --quiet add "$sandbox/inner" sub
passes git commit -m "a pointer is no file"
cd sub
git checkout -q main
bad S >n8n-workflows/S.json
git add .
blocks $missing git commit -m x
