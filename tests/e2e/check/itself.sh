#!/usr/bin/env bash
# This repository's own hook on this repository's own files: its SQL passes, a careless change of it does not.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"

cp -r "$here/../../migrations" "$here/../../.kairon" .
git add .
passes git commit -q -m 'our own SQL'
run "$build/kairon" check --all
[[ $status == 0 ]] || fail "check --all ends with $status: $output"
mentions "no findings in $(find migrations -name '*.sql' | wc -l) files"

printf 'DROP TABLE schema_migrations;\n' >migrations/999_careless.sql
git add .
blocks migration/ban-drop-table git commit -q -m careless
