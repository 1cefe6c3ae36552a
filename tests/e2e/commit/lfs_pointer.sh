#!/usr/bin/env bash
# A workflow that is stored as an LFS pointer is named as one.
# both-sources
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"

seed
cat >n8n-workflows/B.json <<'POINTER'
version https://git-lfs.github.com/spec/v1
oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
size 12345
POINTER
git add .
blocks json/syntax git commit -m x
mentions "n8n-workflows/B.json:1:1"
mentions "LFS pointer"
